"""RCS for Business (the RBM API), the live successor of Google Business Messages."""
