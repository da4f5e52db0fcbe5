"""The platforms of Meta's Graph API: one signature, one envelope, one error object."""
