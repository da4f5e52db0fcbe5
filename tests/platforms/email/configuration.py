"""The settings of the tests' Dovecot and Postfix, file by file."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TOKEN_KEY = "the key that signs the tokens of the tests"
TOKEN_KEY = "the key that signs the tokens of the tests"
DOMAIN, CUSTOMERS = "example.test", "cliente.test"
"""Ours, and that of those who write to us."""


def dovecot_files(
    folder: Path, ports: Mapping[str, int], owners: Mapping[str, Any]
) -> dict[str, str]:
    """Mailboxes for IMAP and LMTP; passwords of a file, or tokens signed with our key."""
    here = folder / "dovecot"
    key = base64.b64encode(TOKEN_KEY.encode()).decode()
    return {
        "dovecot/keys/default/HS256/default": key,
        "dovecot/run/.keep": "",
        "dovecot/state/.keep": "",
        "dovecot/oauth2.conf": (
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={here}/keys/\n"
            "username_attribute = email\n"
        ),
        "dovecot/dovecot.conf": _dovecot(folder, here, ports, owners),
    }


def _dovecot(folder: Path, here: Path, ports: Mapping[str, int], owners: Mapping[str, Any]) -> str:
    return f"""
base_dir = {here}/run
state_dir = {here}/state
log_path = {here}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
default_internal_user = {owners["user"]}
default_internal_group = {owners["group"]}
default_login_user = {owners["login"]}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
imap_idle_notify_interval = 2 s
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {here}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login none
  args = username_format=%u {here}/users
}}
userdb {{
  driver = static
  args = uid={owners["uid"]} gid={owners["gid"]} home={folder}/mail/%u
}}
# A wrong password is no reason to let everybody else of this address wait, which is what the listener is for.
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {ports["imap"]}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {ports["imaps"]}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {ports["lmtp"]}
  }}
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
}}
"""


REFUSALS = {
    "later": "451 4.7.1 greylisted, try again in 90 seconds",
    "full": "452 4.2.2 mailbox full",
    "unknown": "550 5.1.1 no such user",
    "closed": "550 5.2.1 mailbox disabled",
    "spam": "554 5.7.1 message refused",
}
"""What is said to whom: the names before the @ of recipients that are refused at once."""


def postfix_files(folder: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """A mail server for one domain, and submission for whoever Dovecot knows. Nothing leaves the machine."""
    refused = "".join(f"{name}@{DOMAIN} {words}\n" for name, words in REFUSALS.items())
    return {
        "postfix/conf/rcpt_access": refused,
        "postfix/conf/main.cf": _main(folder, folder / "postfix", ports),
        "postfix/conf/master.cf": _master(ports),
    }


def _main(folder: Path, here: Path, ports: Mapping[str, int]) -> str:
    return f"""
compatibility_level = 3.6
queue_directory = {here}/spool
data_directory = {here}/data
maillog_file = {here}/postfix.log
maillog_file_prefixes = {here}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.{DOMAIN}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {DOMAIN} {CUSTOMERS}
virtual_mailbox_maps = static:x
virtual_transport = lmtp:inet:127.0.0.1:{ports["lmtp"]}
recipient_delimiter = +
default_transport = error:5.1.2 no outside delivery from the test server
relay_transport = error:5.1.2 no outside delivery from the test server
local_transport = error:5.1.1 no local users
alias_maps =
alias_database =
smtputf8_enable = yes
message_size_limit = 36700160
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access texthash:{here}/conf/rcpt_access,
  permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/run/auth-client
smtpd_sasl_security_options = noanonymous
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = may
smtpd_error_sleep_time = 0
bounce_queue_lifetime = 0
minimal_backoff_time = 5s
maximal_backoff_time = 10s
queue_run_delay = 5s
"""


def _master(ports: Mapping[str, int]) -> str:
    submission = """
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
"""
    listeners = (
        f"127.0.0.1:{ports['mx']} inet n - n - - smtpd\n"
        f"127.0.0.1:{ports['submit']} inet n - n - - smtpd{submission}"
        f"127.0.0.1:{ports['smtps']} inet n - n - - smtpd{submission}"
        "  -o smtpd_tls_wrappermode=yes\n"
    )
    services = "".join(f"{name} {rest}\n" for name, rest in _SERVICES.items())
    return listeners + services


_SERVICES = {
    "pickup": "unix n - n 60 1 pickup",
    "cleanup": "unix n - n - 0 cleanup",
    "qmgr": "unix n - n 300 1 qmgr",
    "tlsmgr": "unix - - n 1000? 1 tlsmgr",
    "rewrite": "unix - - n - - trivial-rewrite",
    "bounce": "unix - - n - 0 bounce",
    "defer": "unix - - n - 0 bounce",
    "trace": "unix - - n - 0 bounce",
    "verify": "unix - - n - 1 verify",
    "flush": "unix n - n 1000? 0 flush",
    "proxymap": "unix - - n - - proxymap",
    "proxywrite": "unix - - n - 1 proxymap",
    "smtp": "unix - - n - - smtp",
    "relay": "unix - - n - - smtp",
    "showq": "unix n - n - - showq",
    "error": "unix - - n - - error",
    "retry": "unix - - n - - error",
    "discard": "unix - - n - - discard",
    "lmtp": "unix - - n - - lmtp",
    "anvil": "unix - - n - 1 anvil",
    "scache": "unix - - n - 1 scache",
    "postlog": "unix-dgram n - n - 1 postlogd",
}
