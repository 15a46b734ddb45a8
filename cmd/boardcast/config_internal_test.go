package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

// example is at the top of the repository, for people to copy.
const example = "../../config.example.toml"

var sameSecrets = cmp.Comparer(func(a, b secret) bool { return a.Reveal() == b.Reveal() })

func TestExampleIsTheDefaults(t *testing.T) {
	t.Parallel()
	got, warnings, err := loadConfig(example, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaultConfig(), got, sameSecrets); diff != "" {
		t.Errorf("config.example.toml differs from the defaults (-default +example):\n%s", diff)
	}
	if len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
}

func TestExampleNamesEveryKey(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	var written map[string]map[string]any
	if err := toml.Unmarshal(data, &written); err != nil {
		t.Fatal(err)
	}
	c := defaultConfig()
	l := loader{settings: c.settings()}
	for key := range l.keys() {
		section, name, _ := strings.Cut(key, ".")
		if _, ok := written[section][name]; !ok {
			t.Errorf("%s is not in config.example.toml", key)
		}
	}
}

// Every field is set by a key of its name: Storage.Path by storage.path.
func TestEveryFieldHasAKey(t *testing.T) {
	t.Parallel()
	c := defaultConfig()
	l := loader{settings: c.settings()}
	known := map[string]bool{}
	for key := range l.keys() {
		known[strings.ReplaceAll(key, "_", "")] = true
	}
	for section, value := range reflect.ValueOf(c).Fields() {
		for field := range value.Fields() {
			if key := strings.ToLower(section.Name + "." + field.Name); !known[key] {
				t.Errorf("no key sets %s", key)
			}
		}
	}
}

func TestEveryKeyIsSetByFileAndVariable(t *testing.T) {
	t.Parallel()
	token := writeFile(t, "token", marker+"\n", 0o600)
	tests := []struct {
		key, value string
		set        func(*config)
	}{
		{"storage.engine", "bolt", func(c *config) { c.Storage.Engine = "bolt" }},
		{"storage.path", "/srv/雷军.db", func(c *config) { c.Storage.Path = "/srv/雷军.db" }},
		{"telegram.token", marker, func(c *config) { c.Telegram.Token = newSecret(marker) }},
		{"telegram.token_file", token, func(c *config) { c.Telegram.Token = newSecret(marker) }},
		{"telegram.api_url", "http://127.0.0.1:8081/", func(c *config) { c.Telegram.APIURL = "http://127.0.0.1:8081" }},
		{"telegram.webhook_url", "https://bot.example.org/hook", func(c *config) { c.Telegram.WebhookURL = "https://bot.example.org/hook" }},
		{"operators.telegram", "123, 456", func(c *config) { c.Operators.Telegram = []string{"123", "456"} }},
		{"web.listen", ":8443", func(c *config) { c.Web.Listen = ":8443" }},
		{"metrics.listen", "127.0.0.1:9464", func(c *config) { c.Metrics.Listen = "127.0.0.1:9464" }},
		{"discord.token", marker, func(c *config) { c.Discord.Token = newSecret(marker) }},
		{"discord.token_file", token, func(c *config) { c.Discord.Token = newSecret(marker) }},
		{"discord.api_url", "http://127.0.0.1:8082/api/", func(c *config) { c.Discord.APIURL = "http://127.0.0.1:8082/api" }},
		{"discord.shards", "auto", func(*config) {}},
		{"discord.shards", "1", func(c *config) { c.Discord.Shards = 1 }},
		{"discord.shards", "16384", func(c *config) { c.Discord.Shards = 16384 }},
		{"discord.dev_guild", "123456789012345678", func(c *config) { c.Discord.DevGuild = "123456789012345678" }},
		{"telegram.in_flight", "100", func(c *config) { c.Telegram.InFlight = 100 }},
		{"telegram.per_second", "1000", func(c *config) { c.Telegram.PerSecond = 1000 }},
		{"discord.in_flight", "1", func(c *config) { c.Discord.InFlight = 1 }},
		{"discord.per_second", "1", func(c *config) { c.Discord.PerSecond = 1 }},
		{"operators.discord", "123456789012345678", func(c *config) { c.Operators.Discord = []string{"123456789012345678"} }},
		{"log.level", "debug", func(c *config) { c.Log.Level = slog.LevelDebug }},
		{"log.level", "warn", func(c *config) { c.Log.Level = slog.LevelWarn }},
		{"log.level", "error", func(c *config) { c.Log.Level = slog.LevelError }},
		{"log.format", "json", func(c *config) { c.Log.Format = "json" }},
	}
	c := defaultConfig()
	untested := (&loader{settings: c.settings()}).keys()
	for _, test := range tests {
		delete(untested, test.key)
		section, name, _ := strings.Cut(test.key, ".")
		variable := "BOARDCAST_" + strings.ToUpper(section+"_"+name) + "=" + test.value
		forms := map[string]struct {
			file string
			env  []string
		}{
			"section":  {file: fmt.Sprintf("[%s]\n%s = %q\n", section, name, test.value)},
			"dotted":   {file: fmt.Sprintf("%s.%s = '%s'", section, name, test.value)},
			"inline":   {file: fmt.Sprintf("%s = { %s = %q }\r\n", section, name, test.value)},
			"with BOM": {file: fmt.Sprintf("\uFEFF[%s]\n%q = \"\"\"\n%s\"\"\"\n", section, name, test.value)},
			"variable": {env: []string{"HOME=/", variable}},
		}
		for form, in := range forms {
			t.Run(test.key+" "+form, func(t *testing.T) {
				t.Parallel()
				want := defaultConfig()
				test.set(&want)
				got, warnings, err := loadConfig(writeFile(t, "c.toml", in.file, 0o600), true, in.env)
				if err != nil || len(warnings) > 0 {
					t.Fatalf("error %v, warnings %q", err, warnings)
				}
				if diff := cmp.Diff(want, got, sameSecrets); diff != "" {
					t.Errorf("the configuration differs (-want +got):\n%s", diff)
				}
			})
		}
	}
	if len(untested) > 0 {
		t.Errorf("keys that this test does not know: %v", untested)
	}
}

// Accounts are numbers, which a file may write with quotes or without, each by itself.
func TestAListIsWrittenAsOne(t *testing.T) {
	t.Parallel()
	for _, file := range []string{`operators.telegram = ["123", "456"]`, "[operators]\ntelegram = [123,\n 456,\n]", `operators = { telegram = [ 123, "456" ] }`} {
		got, _, err := loadConfig(writeFile(t, "c.toml", file, 0o600), true, nil)
		if err != nil || !slices.Equal(got.Operators.Telegram, []string{"123", "456"}) {
			t.Errorf("%s: got %q, error %v", file, got.Operators.Telegram, err)
		}
	}
}

// What is a number needs no quotes, and what is none is not taken for one.
func TestANumberNeedsNoQuotes(t *testing.T) {
	t.Parallel()
	const file = "[discord]\nshards = 4\ndev_guild = 123456789012345678\n"
	got, _, err := loadConfig(writeFile(t, "c.toml", file, 0o600), true, nil)
	if err != nil || got.Discord.Shards != 4 || got.Discord.DevGuild != "123456789012345678" {
		t.Errorf("got %d and %q, error %v", got.Discord.Shards, got.Discord.DevGuild, err)
	}
}

func TestVariablesGoBeforeTheFile(t *testing.T) {
	t.Parallel()
	other := writeFile(t, "token", "other", 0o600)
	const file = `
storage.path = "file.db"
log.level = "warn"
telegram.token = "file"
discord.token_file = "/gone/with/the/old/machine"
`
	env := []string{
		"BOARDCAST_STORAGE_PATH=variable.db", "BOARDCAST_LOG_LEVEL=", // an empty variable is none
		"BOARDCAST_TELEGRAM_TOKEN_FILE=" + other, "BOARDCAST_DISCORD_TOKEN=variable",
	}
	want := defaultConfig()
	want.Storage.Path = "variable.db"
	want.Log.Level = slog.LevelWarn
	want.Telegram.Token = newSecret("other")
	want.Discord.Token = newSecret("variable")
	got, _, err := loadConfig(writeFile(t, "c.toml", file, 0o600), true, env)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, sameSecrets); diff != "" {
		t.Errorf("the configuration differs (-want +got):\n%s", diff)
	}
}

func TestWhichFileIsRead(t *testing.T) {
	t.Parallel()
	first := writeFile(t, "first.toml", `storage.path = "first"`, 0o600)
	second := writeFile(t, "second.toml", `storage.path = "second"`, 0o600)
	gone := filepath.Join(t.TempDir(), "gone.toml")
	dir := t.TempDir()
	missing := gone + ": no such file; config.example.toml is one to copy"
	tests := map[string]struct {
		path     string
		explicit bool
		variable string
		want     string // storage.path
		err      string
	}{
		"the default is there":     {path: first, want: "first"},
		"the default is not there": {path: gone, want: "boardcast.db"},
		"a flag":                   {path: first, explicit: true, want: "first"},
		"a flag for nothing":       {path: gone, explicit: true, err: missing},
		"an empty flag":            {path: "", explicit: true, err: `"": no such file; config.example.toml is one to copy`},
		"a variable":               {path: first, variable: second, want: "second"},
		"a variable for nothing":   {path: first, variable: gone, err: missing},
		"a flag and a variable":    {path: first, explicit: true, variable: second, want: "first"},
		"a directory":              {path: dir, err: dir + ": is a directory"},
		"endless":                  {path: "/dev/zero", err: "/dev/zero: it is larger than 64 KiB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := loadConfig(test.path, test.explicit, []string{"BOARDCAST_CONFIG=" + test.variable})
			if errorText(err) != test.err {
				t.Fatalf("the error is\n%s\nwant\n%s", errorText(err), test.err)
			}
			if got.Storage.Path != test.want {
				t.Errorf("storage.path is %q, want %q", got.Storage.Path, test.want)
			}
		})
	}
}

func TestOpenFilesAreWarnedOf(t *testing.T) {
	t.Parallel()
	const warning = "%s: it holds a token, and others on this machine can read it; close it with: chmod 600 %[1]s"
	for _, mode := range []os.FileMode{0o600, 0o400, 0o640, 0o604, 0o620, 0o601, 0o644} {
		t.Run(mode.String(), func(t *testing.T) {
			t.Parallel()
			token := writeFile(t, "token", marker, mode)
			inline := writeFile(t, "inline.toml", `telegram.token = "`+marker+`"`, mode)
			named := writeFile(t, "named.toml", `telegram.token_file = "`+token+`"`, mode)
			for path, open := range map[string]string{inline: inline, named: token} {
				_, got, err := loadConfig(path, true, nil)
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				if mode != 0o600 && mode != 0o400 {
					want = []string{fmt.Sprintf(warning, open)}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the warnings differ (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// The lines are without the path of the file, which begins each.
func TestMistakesOfAFile(t *testing.T) {
	t.Parallel()
	const notUnderstood = `not understood; a line is a [section] or a key = "text", with quotes on both sides of the text`
	tests := map[string]struct {
		file string
		want []string
	}{
		"misspelled key":       {"[storage]\n  pth = 'x'", []string{`2:3: storage.pth: unknown key; did you mean storage.path?`}},
		"misspelled letters":   {"Log.Level = 'info'", []string{`1:1: Log.Level: unknown key; did you mean log.level?`}},
		"key of elsewhere":     {"[telegram]\nlevel = 'info'", []string{`2:1: telegram.level: unknown key; did you mean log.level?`}},
		"key without section":  {"path = 'x'", []string{`1:1: path: unknown key; did you mean storage.path?`}},
		"unknown key":          {"[telegram]\nproxy = 'x'", []string{`2:1: telegram.proxy: unknown key; [telegram] has telegram.api_url, telegram.in_flight, telegram.per_second, telegram.token, telegram.token_file and telegram.webhook_url`}},
		"unknown key at top":   {"colour = 'red'", []string{`1:1: colour: unknown key; the sections are discord, log, metrics, operators, storage, telegram and web`}},
		"unknown inline key":   {"# 雷军\nlog = { format = '雷军', colour = 'red' }", []string{`2:9: log.format: must be text or json`, `2:24: log.colour: unknown key; [log] has log.format and log.level`}},
		"misspelled section":   {"[storge]\npath = 'x'\nfoo = 1", []string{`1:2: storge: unknown section; did you mean storage?`}},
		"unknown section":      {"[storage.etcd]\nendpoints = []", []string{`1:2: storage.etcd: unknown section; there are discord, log, metrics, operators, storage, telegram and web`}},
		"quoted key":           {"\"storage.path\" = 'x'\n[log.\"\\u001b[2J\"]", []string{`1:1: "storage.path": unknown key; did you mean storage.path?`, `2:2: log."\x1b[2J": unknown section; there are discord, log, metrics, operators, storage, telegram and web`}},
		"endless key":          {strings.Repeat("k", 500) + " = 1", []string{`1:1: "` + strings.Repeat("k", 39) + `…": unknown key; the sections are discord, log, metrics, operators, storage, telegram and web`}},
		"number for text":      {"[storage]\npath = 5", []string{`2:1: storage.path: must be text in quotes: the path of a file, such as boardcast.db`}},
		"list for text":        {"log.level = ['info']", []string{`1:1: log.level: must be text in quotes: debug, info, warn or error`}},
		"table for text":       {"[telegram]\ntoken = {}", []string{`2:1: telegram.token: must be text in quotes: a bot's token, one word without spaces`}},
		"section for text":     {"[storage.path]", []string{`1:2: storage.path: must be text in quotes: the path of a file, such as boardcast.db`}},
		"text for section":     {"log = 'info'", []string{`1:1: log: must be a section: [log]`}},
		"list of sections":     {"[[log]]\nlevel = 'debug'", []string{`1:3: log: there is only one; write [log]`}},
		"other level":          {"log.level = 'verbose'", []string{`1:1: log.level: must be debug, info, warn or error`}},
		"level of slog":        {"log.level = 'INFO+1'", []string{`1:1: log.level: must be debug, info, warn or error`}},
		"other format":         {"log.format = ''", []string{`1:1: log.format: must be text or json`}},
		"other engine":         {"storage.engine = 'etcd'", []string{`1:1: storage.engine: must be bolt`}},
		"empty path":           {"storage.path = ''", []string{`1:1: storage.path: must be the path of a file, such as boardcast.db`}},
		"directory as path":    {"storage.path = 'data/'", []string{`1:1: storage.path: must be the path of a file, such as boardcast.db`}},
		"NUL in path":          {`storage.path = "a\u0000b"`, []string{`1:1: storage.path: must be the path of a file, such as boardcast.db`}},
		"token with a space":   {"discord.token = 'Bot abc'", []string{`1:1: discord.token: must be a bot's token, one word without spaces`}},
		"token and file":       {"telegram.token = 'abc'\ntelegram.token_file = '/abc'", []string{`2:1: telegram.token_file: set together with telegram.token; keep one of them`}},
		"token file is gone":   {"telegram.token_file = '/gone/token'", []string{`1:1: telegram.token_file: /gone/token: no such file or directory`}},
		"token as file":        {"telegram.token_file = '" + marker + "'", []string{`1:1: telegram.token_file: no such file; write the path of a file that holds the token, never the token itself`}},
		"key twice":            {"[storage]\npath = 'a'\npath = 'b'", []string{`3:1: storage.path: written twice; keep one of them`}},
		"section twice":        {"[log]\n[storage]\n[log]", []string{`3:2: log: written twice; keep one of them`}},
		"no quotes":            {"[telegram]\ntoken = " + marker, []string{`2:9: ` + notUnderstood}},
		"number without quote": {"telegram.token = 123456:ABC", []string{`1:24: ` + notUnderstood}},
		"one quote":            {"telegram.token = \"" + marker + "\nlog.level = 'info'", []string{`1:33: ` + notUnderstood}},
		"no value":             {"telegram.token", []string{`1:14: ` + notUnderstood}},
		"an id that is none":   {"[operators]\ntelegram = ['leijun']", []string{`2:1: operators.telegram: must be the numbers of accounts, such as ["123456789"]`}},
		"no list":              {"[operators]\ntelegram = true", []string{`2:1: operators.telegram: must be the numbers of accounts, such as ["123456789"]`}},
		"a list in a list":     {"[operators]\ntelegram = [[1]]", []string{`2:1: operators.telegram: must be the numbers of accounts, such as ["123456789"]`}},
		"no address":           {"[telegram]\napi_url = 'api.telegram.org'", []string{`2:1: telegram.api_url: must be an address such as https://example.org, without ? or @`}},
		"address with a name":  {"[telegram]\napi_url = 'https://me:" + marker + "@x.org'", []string{`2:1: telegram.api_url: must be an address such as https://example.org, without ? or @`}},
		"webhook in the open":  {"[telegram]\nwebhook_url = 'http://x.org'", []string{`2:1: telegram.webhook_url: must be an address such as https://example.org, without ? or @, or ""`}},
		"no shards":            {"[discord]\nshards = 0", []string{`2:1: discord.shards: must be auto, or a number from 1 to 16384`}},
		"too many shards":      {"[discord]\nshards = '16385'", []string{`2:1: discord.shards: must be auto, or a number from 1 to 16384`}},
		"nothing in flight":    {"[telegram]\nin_flight = 0", []string{`2:1: telegram.in_flight: must be a number from 1 to 100`}},
		"too much at once":     {"[discord]\nin_flight = 101", []string{`2:1: discord.in_flight: must be a number from 1 to 100`}},
		"too much a second":    {"[discord]\nper_second = '1001'", []string{`2:1: discord.per_second: must be a number from 1 to 1000`}},
		"half a shard":         {"[discord]\nshards = 0.5", []string{`2:1: discord.shards: must be text in quotes: auto, or a number from 1 to 16384`}},
		"shards in hex":        {"[discord]\nshards = 0x10", []string{`2:1: discord.shards: must be auto, or a number from 1 to 16384`}},
		"a server by its name": {"[discord]\ndev_guild = 'Cars'", []string{`2:1: discord.dev_guild: must be the number of a server, such as 123456789012345678, or ""`}},
		"no port":              {"[web]\nlisten = 'localhost'", []string{`2:1: web.listen: must be where to listen, such as 127.0.0.1:8080`}},
		"huge number":          {"[log]\nlevl = 1e99999", []string{`2:1: log.levl: unknown key; did you mean log.level?`, `2:8: log.levl: ` + notUnderstood}},
		"not UTF-8":            {"log.level = \"\xff\"", []string{`1:14: ` + notUnderstood}},
		"not text at all":      {"\x7fELF\x02", []string{`1:1: ` + notUnderstood}},
		"all at once, in order": {"[log]\nformat = 'xml'\nlevel = 1\n[discord]\ntokn = '" + marker + "'\n[storage]\npath = ''\n[log]\n[wiki]\n=\n", []string{
			`2:1: log.format: must be text or json`,
			`3:1: log.level: must be text in quotes: debug, info, warn or error`,
			`5:1: discord.tokn: unknown key; did you mean discord.token?`,
			`7:1: storage.path: must be the path of a file, such as boardcast.db`,
			`8:2: log: written twice; keep one of them`,
			`9:2: wiki: unknown section; there are discord, log, metrics, operators, storage, telegram and web`,
			`10:1: ` + notUnderstood,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := writeFile(t, "c.toml", test.file, 0o600)
			_, _, err := loadConfig(path, true, nil)
			if _, ok := err.(*configError); !ok { //nolint:errorlint // it is this error, not one around it
				t.Fatalf("the error is a %T: %v", err, err)
			}
			got := strings.Split(strings.ReplaceAll(err.Error(), path+":", ""), "\n")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("the mistakes differ (-want +got):\n%s", diff)
			}
			mustNotTell(t, "the error", err.Error())
		})
	}
}

func TestManyMistakesAreCounted(t *testing.T) {
	t.Parallel()
	const unknown = ":%d:2: section%[1]d: unknown section; there are discord, log, metrics, operators, storage, telegram and web"
	tests := []struct {
		mistakes, lines int
		last            string
	}{
		{50, 50, fmt.Sprintf(unknown, 50)},
		{51, 51, "and 1 more"},
		{1000, 51, "and 950 more"},
	}
	for _, test := range tests {
		t.Run(strconv.Itoa(test.mistakes), func(t *testing.T) {
			t.Parallel()
			var file strings.Builder
			for i := range test.mistakes {
				fmt.Fprintf(&file, "[section%d]\n", i+1)
			}
			path := writeFile(t, "c.toml", file.String(), 0o600)
			_, _, err := loadConfig(path, true, nil)
			got := strings.Split(errorText(err), "\n")
			if last := strings.TrimPrefix(got[len(got)-1], path); len(got) != test.lines || last != test.last {
				t.Errorf("%d lines, the last %q; want %d, the last %q", len(got), last, test.lines, test.last)
			}
		})
	}
}

func TestMistakesOfTheEnvironment(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "c.toml", "log.level = 'loud'", 0o600)
	const known = "BOARDCAST_CONFIG, BOARDCAST_DISCORD_API_URL, BOARDCAST_DISCORD_DEV_GUILD, BOARDCAST_DISCORD_IN_FLIGHT, " +
		"BOARDCAST_DISCORD_PER_SECOND, BOARDCAST_DISCORD_SHARDS, " +
		"BOARDCAST_DISCORD_TOKEN, BOARDCAST_DISCORD_TOKEN_FILE, BOARDCAST_LOG_FORMAT, BOARDCAST_LOG_LEVEL, " +
		"BOARDCAST_METRICS_LISTEN, BOARDCAST_OPERATORS_DISCORD, BOARDCAST_OPERATORS_TELEGRAM, BOARDCAST_STORAGE_ENGINE, BOARDCAST_STORAGE_PATH, BOARDCAST_TELEGRAM_API_URL, " +
		"BOARDCAST_TELEGRAM_IN_FLIGHT, BOARDCAST_TELEGRAM_PER_SECOND, BOARDCAST_TELEGRAM_TOKEN, BOARDCAST_TELEGRAM_TOKEN_FILE, BOARDCAST_TELEGRAM_WEBHOOK_URL and BOARDCAST_WEB_LISTEN"
	tests := map[string]struct {
		env  []string
		want []string
	}{
		"misspelled": {[]string{"BOARDCAST_STORAGE_PTH=x"}, []string{"BOARDCAST_STORAGE_PTH: unknown variable; did you mean BOARDCAST_STORAGE_PATH?"}},
		"unknown":    {[]string{"BOARDCAST_COLOUR=" + marker}, []string{"BOARDCAST_COLOUR: unknown variable; the known ones are " + known}},
		"odd name":   {[]string{"BOARDCAST_\x1b=x"}, []string{`"BOARDCAST_\x1b": unknown variable; the known ones are ` + known}},
		"impossible": {[]string{"BOARDCAST_LOG_LEVEL=" + marker}, []string{"BOARDCAST_LOG_LEVEL: must be debug, info, warn or error"}},
		"two words":  {[]string{"BOARDCAST_DISCORD_TOKEN=Bot " + marker}, []string{"BOARDCAST_DISCORD_TOKEN: must be a bot's token, one word without spaces"}},
		"both": {
			[]string{"BOARDCAST_TELEGRAM_TOKEN_FILE=/x", "BOARDCAST_TELEGRAM_TOKEN=" + marker},
			[]string{"BOARDCAST_TELEGRAM_TOKEN_FILE: set together with BOARDCAST_TELEGRAM_TOKEN; keep one of them"},
		},
		"file is gone": {[]string{"BOARDCAST_TELEGRAM_TOKEN_FILE=/gone/token"}, []string{"BOARDCAST_TELEGRAM_TOKEN_FILE: /gone/token: no such file or directory"}},
		"by name": {
			[]string{"BOARDCAST_STORAGE_PATH=/", "BOARDCAST_LOG_FORMAT=x"},
			[]string{"BOARDCAST_LOG_FORMAT: must be text or json", "BOARDCAST_STORAGE_PATH: must be the path of a file, such as boardcast.db"},
		},
		"others": {[]string{
			"PATH=/bin", "boardcast_x=1", "XBOARDCAST_X=1", "BOARDCAST_COLOUR_", "BOARDCAST_PORT=tcp://10.0.0.1:80",
			"BOARDCAST_PORT_80_TCP_ADDR=10.0.0.1", "BOARDCAST_SERVICE_HOST=10.0.0.1",
		}, []string{"BOARDCAST_COLOUR_: unknown variable; the known ones are " + known}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := loadConfig(file, true, test.env)
			want := append([]string{file + ":1:1: log.level: must be debug, info, warn or error"}, test.want...)
			if diff := cmp.Diff(want, strings.Split(errorText(err), "\n")); diff != "" {
				t.Errorf("the mistakes differ (-want +got):\n%s", diff)
			}
			mustNotTell(t, "the error", errorText(err))
		})
	}
}

// Whatever stands before and after it, a token that is written as one is never told, nor a value in its place.
func FuzzNoMistakeTellsASecret(f *testing.F) {
	for _, seed := range []string{"", "x", "=", "[", "{", "\"", "'''", "\"\"\"\n", "[[telegram]]\n", "[telegram]\ntoken = ", "x = [", "a=1e99999\n", "\xef\xbb\xbf", "é=", "s={a=1,a=2}\n", "\r", "\x00"} {
		f.Add([]byte(seed), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, before, after []byte) {
		lines := "\n[telegram]\ntoken = \"" + marker + "\"\n"
		path := writeFile(t, "c.toml", string(before)+lines+string(after), 0o600)
		for _, file := range []string{path, "gone"} {
			_, warnings, err := loadConfig(file, true, []string{"BOARDCAST_LOG_LEVEL=" + marker, "BOARDCAST_DISCORD_TOKEN_FILE=" + marker})
			if err == nil {
				t.Fatal("the environment is wrong, and nothing says so")
			}
			mustNotTell(t, "the error", err.Error())
			mustNotTell(t, "the warnings", strings.Join(warnings, "\n"))
		}
	})
}
