package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"boardcast/bot"
)

func TestValidateFindsEveryFault(t *testing.T) {
	t.Parallel()
	run := saying("ran")
	command := func(name string, change func(*bot.Command)) *bot.Command {
		c := &bot.Command{Name: name, Summary: "does", Run: run}
		change(c)
		return c
	}
	with := func(options ...bot.Param) func(*bot.Command) { return func(c *bot.Command) { c.Options = options } }
	under := func(sub ...*bot.Command) func(*bot.Command) {
		return func(c *bot.Command) { c.Run, c.Sub = nil, sub }
	}
	form := func(options ...bot.Param) func(*bot.Command) {
		return func(c *bot.Command) { c.Form, c.Options = true, options }
	}
	summed := func(key string) func(*bot.Command) { return func(c *bot.Command) { c.Summary = key } }
	asIs := func(*bot.Command) {}
	for want, faulty := range map[string][]*bot.Command{
		`command "Who" has a name that is not legal everywhere`:             {command("Who", asIs)},
		`command "" has a name that is not legal everywhere`:                {command("", asIs)},
		`command "a-b" has a name that is not legal everywhere`:             {command("a-b", asIs)},
		`command "x a b" has a name that is not legal everywhere`:           {command("x", under(command("a b", asIs)))},
		`command "who" is declared twice`:                                   {command("who", asIs), command("who", asIs)},
		`command "x y" is declared twice`:                                   {command("x", under(command("y", asIs), command("y", asIs)))},
		`command "x" must run or have sub-commands, one of the two`:         {command("x", under())},
		`command "y" must run or have sub-commands, one of the two`:         {command("y", func(c *bot.Command) { c.Sub = []*bot.Command{command("z", asIs)} })},
		`command "x y" is nested too deep`:                                  {command("x", under(command("y", under(command("z", asIs)))))},
		`command "x" and its "y" are for different people`:                  {command("x", under(command("y", func(c *bot.Command) { c.Access = bot.Operator })))},
		`ban and bans are one slip apart, but for different people`:         {command("ban", asIs), command("bans", func(c *bot.Command) { c.Access = bot.Moderator })},
		`option "A" of "x" has a name that is not legal or not unique`:      {command("x", with(bot.TextOption("A", "what", 9)))},
		`option "colour" of "x" has a name that is not legal or not unique`: {command("x", with(colour, colour))},
		`option "who" of "x" is required but follows an optional one`:       {command("x", with(colour, person.Required()))},
		`option "who" of "x" takes the rest but is not the last`:            {command("x", with(person.Rest(), colour))},
		`x: summary: no phrase "missing"`:                                   {command("x", summed("missing"))},
		`x y: summary: no phrase "missing"`:                                 {command("x", under(command("y", summed("missing"))))},
		`x n: summary: no phrase "missing"`:                                 {command("x", with(bot.IntOption("n", "missing", 1, 2)))},
		`x: summary "empty" has 0 characters in "en"`:                       {command("x", summed("empty"))},
		`x: summary "long" has 101 characters in "en"`:                      {command("x", summed("long"))},
		`command "x" has more than 25 options or sub-commands`:              {command("x", with(numbered(26)...))},
		`the word "far" of "x" has 101 characters in a menu`:                {command("x", with(bot.ChoiceOption("n", "what", "far")))},
		`option "who" of "x" is required, but its form does not ask for it`: {command("x", form(person.Required(), colour.Asked("what")))},
		`option "who" of "x" is asked for with 46 characters in a form`:     {command("x", form(person.Asked("asked")))},
		`command "x" has 0 fields in its form`:                              {command("x", form(colour))},
		`command "x" has 6 fields in its form`:                              {command("x", form(questions(6)...))},
		`command "x" has 8053 characters in a menu`:                         {command("x", under(much(8)...))},
	} {
		said := phrases{
			"does": "does", "what": "what", "empty": "", "long": strings.Repeat("雷", 101), "asked": strings.Repeat("?", 46),
			"keyword.far": strings.Repeat("远", 101), "much": strings.Repeat("多", 96),
		}
		err := bot.Validate(faulty, said)
		if err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// questions are n options with a question each.
func questions(n int) []bot.Param {
	options := make([]bot.Param, 0, n)
	for i := range n {
		options = append(options, bot.IntOption(fmt.Sprintf("n%d", i), "what", 0, 9).Asked("what"))
	}
	return options
}

// much are n sub-commands with options that fill menus: 1,006 characters each.
func much(n int) []*bot.Command {
	subs := make([]*bot.Command, 0, n)
	for i := range n {
		sub := &bot.Command{Name: fmt.Sprintf("s%d", i), Summary: "does", Run: saying("ran")}
		for j := range 10 {
			sub.Options = append(sub.Options, bot.IntOption(fmt.Sprintf("abc%d", j), "much", 0, 9))
		}
		subs = append(subs, sub)
	}
	return subs
}

// numbered are n options.
func numbered(n int) []bot.Param {
	options := make([]bot.Param, 0, n)
	for i := range n {
		options = append(options, bot.IntOption(fmt.Sprintf("n%d", i), "what", 0, 9))
	}
	return options
}

func TestValidateReturnsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	commands := []*bot.Command{{Name: "A", Summary: "missing"}}
	_, err := bot.NewRouter(bot.Config{Commands: commands, Words: words})
	if got := len(strings.Split(fmt.Sprint(err), "\n")); got != 3 {
		t.Errorf("got %d faults, want name, summary and nothing to run: %v", got, err)
	}
}

func TestValidateTakesWhatIsJustWithinTheLimits(t *testing.T) {
	t.Parallel()
	commands := []*bot.Command{
		{Name: strings.Repeat("a", 32), Summary: "long", Options: numbered(25), Run: saying("ran")},
		{Name: "ban", Summary: "does", Run: saying("ran")},
		{Name: "bans", Summary: "does", Run: saying("ran")},
		stream(),
	}
	said := phrases{"does": "does", "what": "what", "sub": "sub", "long": strings.Repeat("雷", 100)}
	if err := bot.Validate(commands, said); err != nil {
		t.Errorf("got %v, want no fault", err)
	}
}
