// Package npm reads packages as npm pack writes them.
package npm

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// Unpack returns the files of a package for which want says so, by their paths in it.
func Unpack(archive string, want func(name string) bool) (map[string][]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", archive, err)
	}
	out := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", archive, err)
		}
		if want(h.Name) {
			if out[h.Name], err = io.ReadAll(r); err != nil {
				return nil, fmt.Errorf("%s: %w", archive, err)
			}
		}
	}
}
