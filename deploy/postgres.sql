-- Roles and databases of a new cluster: the postgres image runs this once, as superuser, on an empty volume.
-- The passwords are variables of that container, so that none is in a file or in a list of processes.
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD
\getenv temporal_password POSTGRES_TEMPORAL_PASSWORD

-- Owns PyTake's schema, and runs its migrations.
CREATE ROLE pytake_owner PASSWORD :'owner_password'
    LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
-- Serves requests: owns nothing, and row-level security holds for it.
CREATE ROLE pytake_app PASSWORD :'app_password'
    LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
-- Migrations look for this, and could not grant it themselves.
GRANT pytake_app TO pytake_owner;
-- Temporal's own two databases, and nothing of ours.
CREATE ROLE temporal PASSWORD :'temporal_password'
    LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;

CREATE DATABASE pytake OWNER pytake_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE pytake, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE pytake TO pytake_app;

\connect pytake
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gin;

\connect temporal_visibility
CREATE EXTENSION btree_gin;
