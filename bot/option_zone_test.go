package bot_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestReadZone(t *testing.T) {
	want := map[string]string{
		"Asia/Shanghai": "Asia/Shanghai", "asia/shanghai": "Asia/Shanghai", "AMERICA/PORT-AU-PRINCE": "America/Port-au-Prince",
		"america/argentina/buenos_aires": "America/Argentina/Buenos_Aires", "us/pacific": "US/Pacific", "Etc/GMT-8": "Etc/GMT-8",
		"New York": "America/New_York", "new_york": "America/New_York", "Ho Chi Minh": "Asia/Ho_Chi_Minh", "Istanbul": "Europe/Istanbul",

		"Beijing": "Asia/Shanghai", "shanghai": "Asia/Shanghai", "china": "Asia/Shanghai", "hong kong": "Asia/Hong_Kong", "tokyo": "Asia/Tokyo",
		"Paris": "Europe/Paris", "france": "Europe/Paris", "london": "Europe/London", "berlin": "Europe/Berlin", "Stuttgart": "Europe/Berlin",
		"los angeles": "America/Los_Angeles", "Detroit": "America/Detroit", "San Francisco": "America/Los_Angeles",

		"北京": "Asia/Shanghai", "北京时间": "Asia/Shanghai", "臺北": "Asia/Taipei", "東京": "Asia/Tokyo", "巴黎": "Europe/Paris", "紐約": "America/New_York",
		"Pékin": "Asia/Shanghai", "Londres": "Europe/London", "heure de Paris": "Europe/Paris", "São Paulo": "America/Sao_Paulo",

		"PT": "America/Los_Angeles", "pdt": "America/Los_Angeles", "ET": "America/New_York", "Eastern time": "America/New_York",
		"CET": "Europe/Paris", "BST": "Europe/London", "JST": "Asia/Tokyo", "UTC": "UTC", "GMT": "UTC", "Z": "UTC",

		"UTC+8": "Etc/GMT-8", "utc + 08:00": "Etc/GMT-8", "GMT+1": "Etc/GMT-1", "GMT-5": "Etc/GMT+5", "+0800": "Etc/GMT-8", "+8": "Etc/GMT-8",
		"UTC+0": "UTC", "UTC+14": "Etc/GMT-14", "UTC-12": "Etc/GMT+12", "UTC+5:30": "Asia/Kolkata", "UTC-9:30": "Pacific/Marquesas",
		"ＵＴＣ＋８": "Etc/GMT-8",
	}
	got := map[string]string{}
	for words := range want {
		zone, err := bot.ReadZone(words)
		if err != nil {
			t.Errorf("ReadZone(%q): %v", words, err)
			continue
		}
		got[words] = zone.String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("zones (-want +got):\n%s", diff)
	}
}

// A fixed offset has its sign the way people say it: Beijing is ahead of Greenwich.
func TestReadZoneOffset(t *testing.T) {
	noon := time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)
	for words, want := range map[string]int{
		"UTC+8": 8 * 60, "UTC-5": -5 * 60, "UTC+3:30": 210, "UTC+4:30": 270, "UTC+5:30": 330, "UTC+5:45": 345, "UTC+6:30": 390,
		"UTC+8:45": 525, "UTC+9:30": 570, "UTC-9:30": -570,
	} {
		zone, err := bot.ReadZone(words)
		if err != nil {
			t.Errorf("ReadZone(%q): %v", words, err)
			continue
		}
		if _, offset := noon.In(zone).Zone(); offset != want*60 {
			t.Errorf("ReadZone(%q): %s, %d s ahead in July, want %d", words, zone, offset, want*60)
		}
	}
}

func TestReadZoneAsksOrRefuses(t *testing.T) {
	_, err := bot.ReadZone("CST")
	var several *bot.ZoneError
	if !errors.As(err, &several) {
		t.Fatalf("ReadZone(CST): %v, want a ZoneError", err)
	}
	names := make([]string, 0, len(several.Choices))
	for _, zone := range several.Choices {
		names = append(names, zone.String())
	}
	if diff := cmp.Diff([]string{"Asia/Shanghai", "America/Chicago"}, names); diff != "" {
		t.Errorf("CST (-want +got):\n%s", diff)
	}
	for _, words := range []string{
		"", "Atlantis", "lei jun", "local", "Asia/", "../etc/passwd", "/etc/localtime", "America", "UTC+15", "UTC-13", "UTC+5:20", "UTC+8:60",
		"UTC+", "8", "UTC+123456", "UTC+-8", "Beijing Paris", "20:00", "time", "male", "center", "Troll",
	} {
		if zone, err := bot.ReadZone(words); !errors.Is(err, bot.ErrNotThis) {
			t.Errorf("ReadZone(%q): %v, %v; want %v", words, zone, err, bot.ErrNotThis)
		}
	}
}
