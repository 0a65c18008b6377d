"""Tree in, checked base or problems out. A check finds all it can and changes nothing."""
