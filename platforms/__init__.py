"""How each platform speaks: one folder per platform, a family of platforms shares one."""
