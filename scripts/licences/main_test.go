package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestOfModule(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"MIT", "LICENSE", "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining\na copy of this software", "MIT"},
		{"BSD with three clauses", "LICENSE.md", "Redistribution and use in source and binary forms, with or without modification.\nNeither the name of its contributors may be used to endorse or promote products", "BSD-3-Clause"},
		{"BSD with two clauses", "COPYING", "Redistribution and use in source and binary forms, with or without modification", "BSD-2-Clause"},
		{"Apache", "LICENSE.txt", "Apache License\n  Version 2.0, January 2004", "Apache-2.0"},
		{"Mozilla", "LICENCE", "Mozilla Public License, version 2.0\n GNU General Public License, Version 2.0", "MPL-2.0"},
		{"GPL", "LICENSE", "GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007", ""},
		{"none", "README", "Permission is hereby granted, free of charge, to any person obtaining a copy", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ofModule(fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestRun(t *testing.T) {
	t.Chdir("../..")
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "github.com/hashicorp/terraform-json") {
		t.Errorf("got %s", out.String())
	}
}
