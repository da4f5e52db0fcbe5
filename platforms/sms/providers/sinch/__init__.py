"""Sinch: the XMS API, and its predecessors Mblox and Wavy as far as bodies still arrive."""
