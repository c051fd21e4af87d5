package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// build says which trailguard this is.
type build struct {
	Version string // "devel" for one that was built from no version
	Commit  string // empty when the build does not know; "-dirty" at its end when files were changed
	Go      string
}

// readBuild asks the binary. The version that was set at build time comes before the one of the module.
func readBuild(version string) build {
	b := build{Version: version, Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "(devel)" {
			b.Version = cmp.Or(b.Version, info.Main.Version)
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				b.Commit = s.Value + b.Commit
			case s.Key == "vcs.modified" && s.Value == "true":
				b.Commit += "-dirty"
			}
		}
	}
	b.Version = cmp.Or(b.Version, "devel")
	return b
}
