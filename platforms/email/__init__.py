"""E-mail: Internet messages as they arrive in a mailbox and leave through a submission server."""
