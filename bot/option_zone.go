package bot

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ZoneError says that a place has the name of several zones, such as "CST", which is Beijing's and Chicago's.
type ZoneError struct {
	Choices []*time.Location // two or more
}

func (e *ZoneError) Error() string {
	return fmt.Sprintf("a name of %d time zones", len(e.Choices))
}

// ReadZone reads a place by the clock that it keeps: an IANA name in any case, a city, a country that has one clock, the
// name of a clock ("PT", "Beijing time", "heure de Paris") or an offset ("UTC+8"), in English, Chinese or French. A whole
// hour's offset is a zone such as Etc/GMT-8, another one that of a place which always keeps it. Words that name no place
// are ErrNotThis; a name of several zones is a *ZoneError. Any other error says that this machine lacks the zone's rules.
func ReadZone(words string) (*time.Location, error) {
	p, ok := newPhrase(words)
	if !ok {
		return nil, ErrNotThis
	}
	names, ok := p.place(true)
	if !ok {
		takeOf(&p, linkWords) // "heure de Paris"
		names, ok = p.place(true)
	}
	if !ok || !p.done() {
		return nil, ErrNotThis
	}
	zones, err := loadZones(names)
	if err != nil {
		return nil, err
	}
	if len(zones) > 1 {
		return nil, &ZoneError{Choices: zones}
	}
	return zones[0], nil
}

// places are the names of zones, separated by spaces where there are several, by what people call them.
var places = placesOf(zoneNames, placeNames)

func placesOf(names, said map[string]string) table[string] {
	entries := map[string]string{}
	for region, list := range names {
		for name := range strings.FieldsSeq(list) {
			short, inFull := strings.CutPrefix(name, "*")
			zone := region + "/" + short
			entries[foldSpoken(zone)] = zone
			if !inFull {
				entries[foldSpoken(short)] = zone
			}
		}
	}
	for zone, list := range said {
		for name := range strings.SplitSeq(list, ",") {
			entries[name] = zone
		}
	}
	return tableOf(entries)
}

// loadZones returns the zones of names that are separated by spaces.
func loadZones(names string) ([]*time.Location, error) {
	var zones []*time.Location
	for name := range strings.FieldsSeq(names) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil, fmt.Errorf("load the rules of a zone: %w", err)
		}
		zones = append(zones, zone)
	}
	return zones, nil
}

// place reads a place or an offset, and returns the names of its zones. A bare offset, "+08:00", is read only if wanted:
// after a clock time that was not written as ISO 8601 does, it may as well be the end of a span.
func (p *phrase) place(bareOffset bool) (string, bool) {
	name, ok := p.offset(bareOffset)
	if !ok {
		name, ok = takeOf(p, places)
	}
	if ok {
		takeOf(p, clockTails)
	}
	return name, ok
}

// offset reads "UTC+8", "GMT-03:30" or, if it may be bare, "+0800".
func (p *phrase) offset(bare bool) (string, bool) {
	from := p.next
	if p.take("utc") || p.take("gmt") || bare {
		sign := signs[p.peek()]
		p.next += sign * sign
		minutes, ok := p.offsetMinutes()
		if name, exists := offsetZone(sign * minutes); ok && exists && sign != 0 {
			return name, true
		}
	}
	p.next = from
	return "", false
}

var signs = map[string]int{"+": 1, "-": -1}

// offsetMinutes reads "8", "08", "0830" or "8:30".
func (p *phrase) offsetMinutes() (int, bool) {
	hours, digits, ok := p.number()
	if !ok || digits == 0 {
		return 0, false
	}
	if digits == 4 {
		return hours/100*60 + hours%100, hours%100 < 60
	}
	if !p.take(":") {
		return hours * 60, digits < 3
	}
	minutes, digits, ok := p.number()
	return hours*60 + minutes, ok && digits == 2 && minutes < 60
}

// steadyZones are zones that always keep an offset which is no whole hour, by its minutes.
var steadyZones = map[int]string{
	-570: "Pacific/Marquesas", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu",
	390: "Asia/Yangon", 525: "Australia/Eucla", 570: "Australia/Darwin",
}

// offsetZone is the name of a zone that always keeps an offset.
func offsetZone(minutes int) (string, bool) {
	hours := minutes / 60
	switch {
	case minutes == 0:
		return "UTC", true
	case minutes%60 != 0:
		name, ok := steadyZones[minutes]
		return name, ok
	case hours < -12 || hours > 14:
		return "", false
	case hours > 0:
		return "Etc/GMT-" + strconv.Itoa(hours), true // the sign is POSIX's: west is positive
	}
	return "Etc/GMT+" + strconv.Itoa(-hours), true
}

// zonesFrom lists the zones that may be meant by the beginning of a place, the likeliest ones first, each once.
func zonesFrom(typed string) []Choice {
	likely := []string{
		"Asia/Shanghai", "Europe/Paris", "Europe/London", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo",
		"Asia/Singapore", "UTC",
	}
	typed = foldSpoken(typed)
	if typed == "" {
		return zoneChoices(likely)
	}
	byPlace := map[string]string{}
	for place, zone := range places.entries {
		if strings.HasPrefix(place, typed) {
			byPlace[place] = zone
		}
	}
	var found []string
	for _, zone := range likely {
		if slices.Contains(slices.Collect(maps.Values(byPlace)), zone) {
			found = append(found, zone)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(byPlace)) {
		for zone := range strings.FieldsSeq(byPlace[place]) { // "cst" is two
			if !slices.Contains(found, zone) {
				found = append(found, zone)
			}
		}
	}
	return zoneChoices(found[:min(len(found), maxChoices)])
}

func zoneChoices(names []string) []Choice {
	choices := make([]Choice, 0, len(names))
	for _, name := range names {
		if zone, err := time.LoadLocation(name); err == nil {
			choices = append(choices, Choice{Value: name, Label: Join(aside, In(zone), Lit(name))})
		}
	}
	return choices
}
