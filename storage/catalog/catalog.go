// Package catalog reads the catalog of automakers, their people, accounts and past streams from files that people can
// edit, and merges it into a store. The files are described in docs/catalog.md.
package catalog

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"boardcast/storage"
)

// The format of the files, and the file that names it.
const (
	format   = 1
	headFile = "catalog.toml"
)

//go:embed starter/*.toml
var starter embed.FS

// Catalog is what the files of a folder say.
type Catalog struct {
	Version    int // of what they say, from 1 up
	Platforms  []storage.Platform
	Automakers []storage.Automaker
	Executives []storage.Executive
	Accounts   []storage.Account
	Streams    []Stream

	sum string // of the files
}

// Stream is a stream of the catalog and its figures. It is public and has neither revisions nor automakers but its own:
// these are found when it is saved.
type Stream struct {
	storage.Stream
	Figures []storage.Reading
}

// Starter returns the catalog that comes with boardcast.
func Starter() (Catalog, error) {
	folder, err := fs.Sub(starter, "starter")
	if err != nil {
		return Catalog{}, fmt.Errorf("open starter catalog: %w", err)
	}
	return Read(folder)
}

// Read reads the *.toml files of a folder; other files and sub-folders are not looked at. What is wrong in them is returned
// all at once, as [*Error].
func Read(folder fs.FS) (Catalog, error) {
	names, err := fs.Glob(folder, "*.toml")
	if err != nil {
		return Catalog{}, fmt.Errorf("read catalog: %w", err)
	}
	l := newLoader()
	sum := sha256.New()
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return Catalog{}, fmt.Errorf("read catalog: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
		l.parse(name, data)
	}
	l.read()
	l.catalog.sum = hex.EncodeToString(sum.Sum(nil))
	if err := l.err(); err != nil {
		return Catalog{}, err
	}
	return l.catalog, nil
}
