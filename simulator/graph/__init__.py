"""What the simulated APIs of Meta share: the error object, the token, the version, the signature."""
