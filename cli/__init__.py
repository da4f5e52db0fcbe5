"""The `pytake` command (Typer and Rich): for scripts, for trying things, for one machine."""
