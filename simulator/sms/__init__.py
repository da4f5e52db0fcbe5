"""SMS: five providers, each with its own API, proofs and reports. Which one an account is at, its `provider` says."""
