package lang_test

import (
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/lang"
)

// Whoever sees a place in an answer can type it as they saw it.
func TestPlacesAreReadAsTheyAreWritten(t *testing.T) {
	words := built(t)
	for _, locale := range words.Locales() {
		for _, name := range lang.ListedZones() {
			want, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			place := words.Place(locale, want)
			got, err := bot.ReadZone(place)
			if err != nil || words.Place(locale, got) != place { // some places have two names in the database
				t.Errorf("%s is %s in %s, which is read as %v, %v", name, place, locale, got, err)
			}
		}
	}
}
