package lang

import (
	"io/fs"
	"maps"
	"slices"
)

// Load reads messages from files, in order; every language writes its numbers and times as English does.
func Load(files fs.FS, locales ...string) (*Words, error) {
	var speakers []tongue
	for _, locale := range locales {
		speakers = append(speakers, tongue{locale, newEnglish()})
	}
	return load(files, speakers)
}

// ListedZones are the zones whose places have a name of their own in some language.
func ListedZones() []string {
	zones := map[string]bool{}
	for _, names := range []map[string]string{chinesePlaces(), frenchPlaces()} {
		for zone := range names {
			zones[zone] = true
		}
	}
	return slices.Sorted(maps.Keys(zones))
}
