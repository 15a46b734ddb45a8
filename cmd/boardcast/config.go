package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"boardcast/bot"
)

const (
	// defaultConfigFile is read from the working directory when it is there.
	defaultConfigFile = "boardcast.toml"
	// variablePrefix begins every environment variable of boardcast.
	variablePrefix = "BOARDCAST_"
	// configVariable names the configuration file when no flag does.
	configVariable = variablePrefix + "CONFIG"
)

// config is all that the program is told before it starts. A new section is a field here and its lines in
// [config.settings] and config.example.toml.
type config struct {
	Storage   storageConfig
	Telegram  telegramConfig
	Discord   discordConfig
	Operators operatorsConfig
	Web       webConfig
	Metrics   metricsConfig
	Log       logConfig
}

// storageConfig says where records are kept.
type storageConfig struct {
	Engine string // "bolt"
	Path   string // of the store's file, relative to the working directory
}

// telegramConfig is what Telegram needs; it is configured when Token is set.
type telegramConfig struct {
	Token      secret
	APIURL     string // of the Bot API server
	WebhookURL string // the address at which Telegram delivers updates; empty: they are fetched
	InFlight   int    // posts that may be under way at once
	PerSecond  int    // messages that Telegram takes in a second
}

// discordConfig is what Discord needs; it is configured when Token is set.
type discordConfig struct {
	Token    secret
	APIURL   string // of Discord's API, without a version
	Shards   int    // connections to the gateway; 0: as many as Discord recommends
	DevGuild string // the id of the one server in which commands are published; empty: in all

	InFlight  int // posts that may be under way at once
	PerSecond int // requests that Discord takes in a second
}

// operatorsConfig is who runs the program, by messenger: ids of accounts.
type operatorsConfig struct{ Telegram, Discord []string }

// webConfig is where the program listens, which it does only if something is to be served.
type webConfig struct{ Listen string }

// metricsConfig is where the program tells how it is; empty: nowhere.
type metricsConfig struct{ Listen string }

// logConfig says what is logged and how.
type logConfig struct {
	Level  slog.Level
	Format string // "text" or "json"
}

// defaultConfig is the configuration of a program that was told nothing.
func defaultConfig() config {
	return config{
		Storage:  storageConfig{Engine: "bolt", Path: "boardcast.db"},
		Telegram: telegramConfig{APIURL: "https://api.telegram.org", InFlight: 8, PerSecond: 30},
		Discord:  discordConfig{APIURL: "https://discord.com/api", InFlight: 16, PerSecond: 50},
		Web:      webConfig{Listen: "127.0.0.1:8080"},
		Log:      logConfig{Level: slog.LevelInfo, Format: "text"},
	}
}

// The bounds of what a messenger is asked.
const (
	mostInFlight  = 100
	mostPerSecond = 1000
)

// settings ties every key to the field of c that it sets.
func (c *config) settings() []setting {
	return []setting{
		oneOf("storage.engine", &c.Storage.Engine, "bolt"),
		filePath("storage.path", &c.Storage.Path),
		token("telegram.token", &c.Telegram.Token),
		webAddress("telegram.api_url", &c.Telegram.APIURL, "http", "https"),
		optional(webAddress("telegram.webhook_url", &c.Telegram.WebhookURL, "https")),
		count("telegram.in_flight", mostInFlight, &c.Telegram.InFlight),
		count("telegram.per_second", mostPerSecond, &c.Telegram.PerSecond),
		token("discord.token", &c.Discord.Token),
		webAddress("discord.api_url", &c.Discord.APIURL, "http", "https"),
		shards("discord.shards", &c.Discord.Shards),
		optional(number("discord.dev_guild", "the number of a server, such as 123456789012345678", &c.Discord.DevGuild)),
		count("discord.in_flight", mostInFlight, &c.Discord.InFlight),
		count("discord.per_second", mostPerSecond, &c.Discord.PerSecond),
		accounts("operators.telegram", &c.Operators.Telegram),
		accounts("operators.discord", &c.Operators.Discord),
		listenAddress("web.listen", &c.Web.Listen),
		optional(listenAddress("metrics.listen", &c.Metrics.Listen)),
		logLevel("log.level", &c.Log.Level),
		oneOf("log.format", &c.Log.Format, "text", "json"),
	}
}

// setting is one key of the configuration.
type setting struct {
	key    string            // as the file writes it, with its section: "storage.path"
	want   string            // what would be right, to follow "must be"
	set    func(string) bool // takes a value or refuses it
	secret bool              // "<key>_file" may stand instead and name a file that holds the value
	list   bool              // a file writes it as ["a", "b"], a variable with commas between
	number bool              // a file may write it without quotes
}

// fileKey is the key of the file that holds a secret.
func (s setting) fileKey() string { return s.key + "_file" }

func oneOf(key string, to *string, words ...string) setting {
	return setting{key: key, want: listed(words, "or"), set: func(word string) bool {
		*to = word
		return slices.Contains(words, word)
	}}
}

func filePath(key string, to *string) setting {
	return setting{key: key, want: "the path of a file, such as " + *to, set: func(path string) bool {
		*to = path
		return path != "" && !strings.HasSuffix(path, "/") && !strings.ContainsRune(path, 0)
	}}
}

// wordForm says what a bot's token looks like.
const wordForm = "a bot's token, one word without spaces"

func token(key string, to *secret) setting {
	return setting{key: key, want: wordForm, secret: true, set: func(word string) bool {
		*to = newSecret(word)
		return isToken(word)
	}}
}

// webAddress is an address with one of some schemes, without a query or a password. A slash at its end is left out.
func webAddress(key string, to *string, schemes ...string) setting {
	want := "an address such as " + schemes[len(schemes)-1] + "://example.org, without ? or @"
	return setting{key: key, want: want, set: func(text string) bool {
		*to = strings.TrimRight(text, "/")
		u, err := url.Parse(text)
		return err == nil && slices.Contains(schemes, u.Scheme) && u.Hostname() != "" && u.User == nil && u.RawQuery == "" &&
			u.Fragment == "" && !u.ForceQuery
	}}
}

// optional is a setting that may also be empty.
func optional(s setting) setting {
	set := s.set
	s.want += `, or ""`
	s.set = func(text string) bool { return text == "" || set(text) }
	return s
}

func listenAddress(key string, to *string) setting {
	return setting{key: key, want: "where to listen, such as 127.0.0.1:8080", set: func(text string) bool {
		*to = text
		_, port, err := net.SplitHostPort(text)
		if err != nil {
			return false
		}
		n, err := strconv.ParseUint(port, 10, 16)
		return err == nil && strconv.FormatUint(n, 10) == port
	}}
}

// accounts are the ids of people on a messenger, which are numbers.
func accounts(key string, to *[]string) setting {
	return setting{key: key, want: `the numbers of accounts, such as ["123456789"]`, list: true, set: func(text string) bool {
		*to = nil
		for id := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			if !isNumber(id) {
				return false
			}
			*to = append(*to, id)
		}
		return true
	}}
}

// number is an id that is a number, too large for some programs to be kept as one.
func number(key, want string, to *string) setting {
	return setting{key: key, want: want, number: true, set: func(text string) bool {
		*to = text
		return isNumber(text)
	}}
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// shards is how many connections there are to a gateway, or "auto", which is 0.
func shards(key string, to *int) setting {
	const most = 16384
	s := count(key, most, to)
	s.want = "auto, or " + s.want
	numbered := s.set
	s.set = func(text string) bool {
		if text == "auto" {
			*to = 0
			return true
		}
		return numbered(text)
	}
	return s
}

// count is how many of something there are, one at least.
func count(key string, most int, to *int) setting {
	return setting{key: key, want: fmt.Sprintf("a number from 1 to %d", most), number: true, set: func(text string) bool {
		n, err := strconv.Atoi(text)
		*to = n
		return err == nil && strconv.Itoa(n) == text && 0 < n && n <= most
	}}
}

func logLevel(key string, to *slog.Level) setting {
	words := []string{"debug", "info", "warn", "error"}
	return setting{key: key, want: listed(words, "or"), set: func(word string) bool {
		return slices.Contains(words, word) && to.UnmarshalText([]byte(word)) == nil
	}}
}

// loadConfig reads the configuration: the defaults, over them the file, over that the environment, given as os.Environ does.
// Without explicit the file is the one that BOARDCAST_CONFIG names, else path, which need not exist. The error is a
// [*configError] with all that is wrong, in the file and outside of it; the warnings are for the log. Neither holds a value.
func loadConfig(path string, explicit bool, environ []string) (config, []string, error) {
	c := defaultConfig()
	l := loader{settings: c.settings()}
	env := l.environment(environ)
	if named := env[configVariable].text; !explicit && named != "" {
		path, explicit = named, true
	}
	file := l.file(path, explicit)
	for _, s := range l.settings {
		if s.secret {
			l.applySecret(s, env, file)
			continue
		}
		l.apply(s, file[s.key])
		l.apply(s, env[variable(s.key)])
	}
	if len(l.mistakes) > 0 {
		slices.SortStableFunc(l.mistakes, mistake.compare)
		return config{}, nil, &configError{mistakes: l.mistakes}
	}
	return c, l.warnings, nil
}

// loader gathers values from where they are written, and what is wrong with them.
type loader struct {
	settings []setting
	mistakes []mistake
	warnings []string
}

// value is a value as it was written. The zero value is none.
type value struct {
	text string
	at   place
}

// place is where a value is written: under a key of a file, or in an environment variable.
type place struct {
	file      string // "" for a variable
	line, col int    // from 1, col in characters; 0 when the whole file is meant
	name      string // of the key with its section, or of the variable
}

func (p place) String() string {
	switch {
	case p.file == "":
		return p.name
	case p.line == 0:
		return p.file
	case p.name == "":
		return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.col)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.file, p.line, p.col, p.name)
}

// mistake is one thing that is wrong and what would be right.
type mistake struct {
	at  place
	say string
}

// compare puts the file's mistakes first, from top to bottom, then those of variables by name.
func (m mistake) compare(n mistake) int {
	a, b := m.at, n.at
	return cmp.Or(cmp.Compare(b.file, a.file), cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col), cmp.Compare(a.name, b.name))
}

// configError is everything that is wrong with a configuration, one mistake a line, such as
// "boardcast.toml:12:3: storage.pth: unknown key; did you mean storage.path?".
type configError struct{ mistakes []mistake }

// Error tells the first 50 mistakes. With more, the file is that of another program.
func (e *configError) Error() string {
	const most = 50
	told := e.mistakes[:min(len(e.mistakes), most)]
	lines := make([]string, 0, len(told)+1)
	for _, m := range told {
		lines = append(lines, m.at.String()+": "+m.say)
	}
	if more := len(e.mistakes) - len(told); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

func (l *loader) wrong(at place, say string) {
	l.mistakes = append(l.mistakes, mistake{at: at, say: say})
}

// apply sets a value, if there is one.
func (l *loader) apply(s setting, v value) {
	if v.at != (place{}) && !s.set(v.text) {
		l.wrong(v.at, "must be "+s.want)
	}
}

// applySecret sets a secret from the first of the environment and the file that has it. What the environment replaces is
// not looked at, so that a file named for another machine does no harm.
func (l *loader) applySecret(s setting, env, file map[string]value) {
	inline, named := env[variable(s.key)], env[variable(s.fileKey())]
	if inline.text == "" && named.text == "" {
		inline, named = file[s.key], file[s.fileKey()]
	}
	switch {
	case inline.text != "" && named.text != "":
		l.wrong(named.at, "set together with "+inline.at.name+"; keep one of them")
	case named.text != "":
		l.applySecretFile(s, named)
	case inline.text != "":
		l.apply(s, inline)
	}
}

func (l *loader) applySecretFile(s setting, named value) {
	held, mode, err := readSecret(named.text)
	if err != nil {
		l.wrong(named.at, err.Error())
		return
	}
	s.set(held.Reveal())
	if othersRead(mode) {
		l.warnings = append(l.warnings, othersReadWarning(named.text))
	}
}

// othersReadWarning says how to close a file that holds a secret.
func othersReadWarning(name string) string {
	name = printable(name)
	return name + ": it holds a token, and others on this machine can read it; close it with: chmod 600 " + name
}

// environment takes the variables of boardcast out of environ, by name. An empty one counts as not set, because that is
// what a container gets from a variable that its host lacks.
func (l *loader) environment(environ []string) map[string]value {
	known := map[string]bool{configVariable: true}
	for key := range l.keys() {
		known[variable(key)] = true
	}
	values := map[string]value{}
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		at := place{name: name}
		switch {
		case !strings.HasPrefix(name, variablePrefix), isServiceLink(name):
		case !known[name]:
			at.name = printable(name)
			l.wrong(at, "unknown variable; "+hint(name, slices.Sorted(maps.Keys(known)), "the known ones are "))
		case text != "":
			values[name] = value{text: text, at: at}
		}
	}
	return values
}

// isServiceLink reports whether Kubernetes sets a variable for a Service named boardcast, as it does unasked.
func isServiceLink(name string) bool {
	return name == variablePrefix+"PORT" || strings.HasPrefix(name, variablePrefix+"PORT_") || strings.HasPrefix(name, variablePrefix+"SERVICE_")
}

// variable is the environment variable that stands for a key.
func variable(key string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// keys maps every known key to what its value must be.
func (l *loader) keys() map[string]string {
	keys := map[string]string{}
	for _, s := range l.settings {
		keys[s.key] = s.want
		if s.secret {
			keys[s.fileKey()] = "the path of a file that holds " + wordForm
		}
	}
	return keys
}

// hint says which of the known names an unknown one may mean, else lists them.
func hint(name string, known []string, list string) string {
	if near, ok := nearest(name, known); ok {
		return "did you mean " + near + "?"
	}
	return list + listed(known, "and")
}

// nearest finds the name that is spelled as good as alike, or that differs by its section only.
func nearest(name string, known []string) (string, bool) {
	const typos = 2
	name = strings.ToLower(name)
	best, bestScore := "", typos+1
	for _, k := range known {
		score := bot.Slips(name, strings.ToLower(k))
		if strings.Contains(k, ".") && leaf(k) == leaf(name) {
			score = min(score, typos)
		}
		if score < bestScore {
			best, bestScore = k, score
		}
	}
	return best, best != ""
}

// leaf is a key without its section.
func leaf(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// listed writes words as a sentence does: "a, b or c".
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	end := len(words) - 1
	return strings.Join(words[:end], ", ") + " " + last + " " + words[end]
}
