package lang_test

import (
	"math"
	"regexp"
	"testing"
	"time"

	"boardcast/bot"
)

func TestFrenchNumbers(t *testing.T) {
	checkNumbers(t, "fr", []numberRow{
		{0, "0", "0"},
		{-1, "-1", "-1"},
		{1234, "1_234", "1_234"},
		{360_000, "360_000", "360_000"},
		{1_000_000, "1_000_000", "1_M"},
		{1_599_000, "1_599_000", "1,6_M"},
		{22_756_103, "22_756_103", "22,8_M"},
		{39_000_000, "39_000_000", "39_M"},
		{200_000_000, "200_000_000", "200_M"},
		{999_950_000, "999_950_000", "1_Md"},
		{1_200_000_000, "1_200_000_000", "1,2_Md"},
		{1_234_560_000_000, "1_234_560_000_000", "1_235_Md"},
		{-1_599_000, "-1_599_000", "-1,6_M"},
		{math.MaxInt64, "9_223_372_036_854_775_807", "9_223_372_037_Md"},
		{math.MinInt64, "-9_223_372_036_854_775_808", "-9_223_372_037_Md"},
	})
}

func TestFrenchLengths(t *testing.T) {
	const day = 24 * time.Hour
	checkLengths(t, "fr", []lengthRow{
		{0, "0_s"},
		{45 * time.Second, "45_s"},
		{59*time.Second + 500*time.Millisecond, "1_min"},
		{10 * time.Minute, "10_min"},
		{time.Hour - time.Second, "1_h"},
		{3*time.Hour + 30*time.Minute, "3_h_30"},
		{3*time.Hour + 5*time.Minute, "3_h_05"},
		{day - time.Second, "1_jour"},
		{27 * time.Hour, "1_jour 3_h"},
		{2 * day, "2_jours"},
		{7*day + 3*time.Hour, "7_jours"},
		{1200 * day, "1_200_jours"},
		{-70 * time.Minute, "1_h_10"},
		{math.MinInt64, "106_752_jours"},
	})
}

func TestFrenchInstants(t *testing.T) {
	drive := time.Date(2024, 5, 18, 8, 30, 0, 0, zone(t, "Asia/Shanghai"))
	newYear := time.Date(2024, 1, 1, 0, 5, 0, 0, zone(t, "Asia/Shanghai"))
	thatYear := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	later := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	checkInstants(t, "fr", []instantRow{
		{"day and clock", drive, bot.DayClock, thatYear, "sam. 18 mai, 8_h_30"},
		{"day and clock of another year", drive, bot.DayClock, later, "sam. 18 mai 2024, 8_h_30"},
		{"clock", drive, bot.Clock, later, "8_h_30"},
		{"a whole hour", drive.Add(30 * time.Minute), bot.Clock, later, "9_h"},
		{"just after midnight", newYear, bot.Clock, later, "0_h_05"},
		{"the first of a month", newYear, bot.Day, thatYear, "lun. 1er janvier"},
		{"day of another year", drive, bot.Day, later, "sam. 18 mai 2024"},
		{"short day", drive, bot.ShortDay, thatYear, "18 mai"},
		{"short day of another year", drive, bot.ShortDay, later, "18 mai 2024"},
		{"month", newYear, bot.Month, thatYear, "janvier 2024"},
		{"year", drive, bot.Year, thatYear, "2024"},
	})
}

func TestFrenchRelativeInstants(t *testing.T) {
	const day = 24 * time.Hour
	checkRelative(t, "fr", []relativeRow{
		{0, "maintenant"},
		{-29 * time.Second, "maintenant"},
		{30 * time.Second, "dans 1_min"},
		{70 * time.Minute, "dans 1_h_10"},
		{2 * time.Hour, "dans 2_h"},
		{-3 * day, "il y a 3_jours"},
		{-60 * day, "il y a 2_mois"},
		{-730 * day, "il y a 2_ans"},
		{math.MinInt64, "il y a 292_ans"},
	})
}

func TestFrenchPlaces(t *testing.T) {
	checkPlaces(t, "fr", []placeRow{
		{zone(t, "Asia/Shanghai"), "Pékin"},
		{zone(t, "Asia/Chongqing"), "Pékin"},
		{zone(t, "Europe/Paris"), "Paris"},
		{zone(t, "Europe/London"), "Londres"},
		{zone(t, "America/New_York"), "New York"},
		{zone(t, "US/Eastern"), "New York"},
		{zone(t, "Asia/Calcutta"), "Calcutta"},
		{zone(t, "America/Sao_Paulo"), "São Paulo"},
		{zone(t, "Etc/GMT+5"), "UTC-5"},
		{time.Local, "heure locale"},
		{nil, "UTC"},
	})
}

// A short number in millions takes "de", whatever digits it stands for; so does the range that ends in one.
func TestFrenchCountsMillionsOfThings(t *testing.T) {
	over := func(n int64) bot.Text { return bot.Say("qualifier.over", bot.Args{"Value": bot.Figure(n)}) }
	tests := []struct {
		count bot.Text
		want  string
	}{
		{bot.Figure(0), "0 spectateur"},
		{bot.Figure(1), "1 spectateur"},
		{bot.Figure(360_000), "360_000 spectateurs"},
		{bot.Figure(22_756_103), "22,8_M de spectateurs"},
		{over(39_000_000), "plus de 39_M de spectateurs"},
		{over(39_000), "plus de 39_000 spectateurs"},
		{
			bot.Say("counter.range", bot.Args{"Low": bot.Figure(900_000), "High": over(2_000_000)}),
			"900_000 à plus de 2_M de spectateurs",
		},
	}
	voice := bot.Voice{Words: built(t), Locale: "fr", Zone: time.UTC}
	for _, tt := range tests {
		if got := voice.Plain(bot.Say("figure.viewers", bot.Args{"Count": tt.count})); got != spaced(tt.want) {
			t.Errorf("said %q, want %q", got, spaced(tt.want))
		}
	}
}

// What a typist gets wrong in French: a mark that may begin a line, a straight apostrophe or quotation mark.
func TestFrenchTypography(t *testing.T) {
	wrong := regexp.MustCompile(`[^\s\x{00a0}][;?]( |$)|[^\x{00a0}]:( |$)| [:;?»]|« |'|"`)
	for key, m := range messagesOf(t, "fr") {
		for _, form := range formsOf(m) {
			if found := wrong.FindString(form); found != "" {
				t.Errorf("%q has %q: %s", key, found, form)
			}
		}
	}
}

func TestMarks(t *testing.T) {
	marks := []bot.Mark{bot.ListMark, bot.AsideMark, bot.ClauseMark, bot.LabelMark, bot.DecimalMark}
	want := map[string][]string{
		"en": {", ", ", ", "; ", ": ", "."},
		"zh": {"、", "，", "；", "：", "."},
		"fr": {", ", ", ", "\u00a0; ", "\u00a0: ", ","},
	}
	words := built(t)
	for locale, written := range want {
		for i, mark := range marks {
			if got := words.Mark(locale, mark); got != written[i] {
				t.Errorf("mark %d in %s is %q, want %q", mark, locale, got, written[i])
			}
		}
	}
}
