"""RCS for Business (the RBM API): agents that Google carries to phones."""
