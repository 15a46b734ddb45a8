package bot

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the rules of zones, whatever the machine has
)

func FuzzFoldSpoken(f *testing.F) {
	for _, words := range []string{"Demain à 20h30", "明天　２０：００", "兩小時後", "İK e\u0301 \xff", "“(a)” — b", " \u200d\t x "} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		once := foldSpoken(words)
		if twice := foldSpoken(once); twice != once {
			t.Errorf("folding %q gives %q, and folding that %q", words, once, twice)
		}
		if strings.Contains(once, "  ") || strings.TrimSpace(once) != once {
			t.Errorf("folding %q leaves spaces in %q", words, once)
		}
	})
}

// What is typed is folded and cut before it is looked up, so an entry that folding changes is one that nobody can say.
func TestTablesCanBeSaid(t *testing.T) {
	check := func(word string) {
		p, ok := newPhrase(word)
		if !ok || p.text != word {
			t.Errorf("%q is read as %q", word, p.text)
		}
	}
	each(places, check)
	each(dayWords, check)
	each(spanWords, check)
	each(weekdayWords, check)
	each(monthWords, check)
	each(weekWords, check)
	each(minuteWords, check)
	each(halfDays, check)
	each(clockNames, check)
	each(linkWords, check)
	each(fromNowTails, check)
	each(lengthUnits, check)
	each(amountWords, check)
	each(unitTails, check)
}

func each[V any](words table[V], do func(string)) {
	for word := range words.entries {
		do(word)
	}
}

// No place has two zones by accident, or one by the order of a map.
func TestPlacesAreSaidOnce(t *testing.T) {
	seen := map[string]string{}
	for zone, list := range placeNames {
		for name := range strings.SplitSeq(list, ",") {
			if other, ok := seen[name]; ok {
				t.Errorf("%q is in %s and in %s", name, other, zone)
			}
			seen[name] = zone
		}
	}
	for region, list := range zoneNames {
		for name := range strings.FieldsSeq(list) {
			short, inFull := strings.CutPrefix(name, "*")
			if inFull {
				continue
			}
			folded, zone := foldSpoken(short), region+"/"+short
			if other, ok := seen[folded]; ok {
				t.Errorf("%q is in %s and in %s", folded, other, zone)
			}
			seen[folded] = zone
		}
	}
}

func TestPlacesHaveZones(t *testing.T) {
	for name, zones := range places.entries {
		for zone := range strings.FieldsSeq(zones) {
			if _, err := time.LoadLocation(zone); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
}
