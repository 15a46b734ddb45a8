package lang

import "io/fs"

// Load reads messages from files, in order; every language writes its numbers and times as English does.
func Load(files fs.FS, locales ...string) (*Words, error) {
	var speakers []tongue
	for _, locale := range locales {
		speakers = append(speakers, tongue{locale, newEnglish()})
	}
	return load(files, speakers)
}
