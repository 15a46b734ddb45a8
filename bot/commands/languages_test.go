package commands_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// foreign is what shows that a language was put together by the rules of another: English punctuation between Han characters,
// spaces between them, and French punctuation that may begin a line.
var foreign = map[string]*regexp.Regexp{
	"zh": regexp.MustCompile(`\p{Han}[,;:?!(]|[,;:?!)]\p{Han}|\p{Han}, |\{\{|\[[a-z]+\.[a-z_]+\]`),
	"fr": regexp.MustCompile(`[\pL\d)»’] [;:?!»]|« |\{\{|\[[a-z]+\.[a-z_]+\]`),
}

// Every transcript is played to people of every language. The words of bottest fail the test for a message that cannot be said,
// and its player for a headline that a phone cuts.
func TestTranscriptsInEveryLanguage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for locale, wrong := range foreign {
		for _, file := range files {
			t.Run(locale+"/"+strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				t.Parallel()
				script, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				said := bottest.PlayIn(t, string(script), locale)
				if strings.Contains(string(script), "language") {
					return // it speaks other languages too
				}
				for line := range strings.Lines(said) {
					line, _, _ = strings.Cut(line, "] /") // what a button types is no sentence
					if found := wrong.FindString(line); strings.HasPrefix(line, "  ") && found != "" {
						t.Errorf("%q in %s", found, line)
					}
				}
			})
		}
	}
}

// What people read is what they type: the name of each help, of what is counted, of what is ranked, and the words for a period.
func TestWordsThatAreShownAreUnderstoodInEveryLanguage(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	lines := map[string]string{
		"period.all": "/stats lei jun ", "period.last_week": "/stats lei jun ", "period.this_month": "/stats lei jun ", "week.last": "/week ",
		"ranked.streams": "/top ", "ranked.people": "/top ", "ranked.companies": "/top ",
	}
	for _, name := range []string{"start", "names", "times", "figures", "quiet", "missed", "moderators", "delivery", "privacy"} {
		lines["situation."+name] = "/help "
	}
	for _, measure := range storage.Measures() {
		lines["measure."+measure.What] = "/stats s7k "
	}
	for _, locale := range house.Words.Locales() {
		voice := bot.Voice{Words: house.Words, Locale: locale, Zone: time.UTC, Now: house.Now}
		for key, line := range lines {
			line += voice.Plain(bot.Say(key))
			if post := asked(t, house, line); post.Private && len(post.Buttons) > 0 {
				t.Errorf("%s: answered %s", line, voice.Plain(post.Headline))
			}
		}
	}
}
