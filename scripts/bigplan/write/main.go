// Command write writes a plan of a given size to standard output:
//
//	go run ./scripts/bigplan/write -mb 100 -share 50 testdata/terraform/acme-org/plan.json > big.json
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/trailguard/trailguard/scripts/bigplan"
)

func main() {
	mb := flag.Int64("mb", 100, "size in megabytes")
	share := flag.Int("share", 1, "one resource in so many is of the template")
	flag.Parse()
	if err := run(flag.Arg(0), bigplan.Options{Bytes: *mb * 1_000_000, Share: *share}); err != nil {
		fmt.Fprintln(os.Stderr, "bigplan:", err)
		os.Exit(1)
	}
}

func run(path string, o bigplan.Options) error {
	plan, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	n, err := bigplan.Write(os.Stdout, plan, o)
	fmt.Fprintln(os.Stderr, n, "resources")
	return err
}
