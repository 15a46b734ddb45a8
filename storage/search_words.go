package storage

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// concepts are what people say in several ways and languages, by a name that no language has. A text that says one of the
// phrases is found by all others. Formats of streams are concepts by their own name. What is added here reaches the streams
// that a store has already with a step that builds their index anew; see [Table.Reindex].
var concepts = map[string][]string{
	"adas-demo": {
		"智驾", "智能驾驶", "辅助驾驶", "自动驾驶", "智能辅助驾驶", "NOA", "ADAS", "FSD", "NGP", "NOP", "autopilot", "driver assistance",
		"assisted driving", "smart driving", "autonomous driving", "self driving", "aide à la conduite", "conduite assistée",
		"conduite autonome",
	},
	"annual-meeting": {"annual meeting", "annual speech", "年会", "年度演讲", "股东大会", "assemblée générale", "discours annuel"},
	"auto-show":      {"auto show", "motor show", "auto china", "车展", "salon de l'automobile", "salon auto"},
	"chat":           {"chat", "talk", "questions", "聊天", "聊聊", "闲聊", "discussion", "causerie"},
	"factory-tour":   {"factory tour", "factory", "工厂", "探厂", "参观工厂", "usine", "visite d'usine"},
	"interview":      {"interview", "conversation", "采访", "专访", "对话", "entretien"},
	"launch":         {"launch", "unveiled", "发布会", "发布", "上市", "首发", "lancement", "présentation"},
	"range-test":     {"range test", "range", "续航", "续航测试", "续航实测", "续航挑战", "test d'autonomie", "autonomie"},
	"road-trip":      {"road trip", "自驾", "长途", "路上", "voyage", "sur la route"},
	"sales":          {"sales", "带货", "卖车", "vente", "ventes"},
	"test":           {"test", "测试", "实测", "试驾", "测评", "essai"},

	"beijing":   {"Beijing", "北京", "Pékin"},
	"shanghai":  {"Shanghai", "上海"},
	"guangzhou": {"Guangzhou", "广州", "Canton"},
	"shenzhen":  {"Shenzhen", "深圳"},
	"hangzhou":  {"Hangzhou", "杭州"},
	"baoding":   {"Baoding", "保定"},
	"changchun": {"Changchun", "长春"},
	"changsha":  {"Changsha", "长沙"},
	"chengdu":   {"Chengdu", "成都"},
	"chongqing": {"Chongqing", "重庆"},
	"dongguan":  {"Dongguan", "东莞"},
	"fuzhou":    {"Fuzhou", "福州"},
	"harbin":    {"Harbin", "哈尔滨"},
	"hefei":     {"Hefei", "合肥"},
	"hongkong":  {"Hong Kong", "香港"},
	"jinan":     {"Jinan", "济南"},
	"kunming":   {"Kunming", "昆明"},
	"lhasa":     {"Lhasa", "拉萨"},
	"liuzhou":   {"Liuzhou", "柳州"},
	"macau":     {"Macau", "Macao", "澳门"},
	"nanjing":   {"Nanjing", "南京"},
	"ningbo":    {"Ningbo", "宁波"},
	"qingdao":   {"Qingdao", "青岛"},
	"sanya":     {"Sanya", "三亚"},
	"suzhou":    {"Suzhou", "苏州"},
	"taizhou":   {"Taizhou", "台州"},
	"tianjin":   {"Tianjin", "天津"},
	"turpan":    {"Turpan", "吐鲁番", "Tourfan"},
	"wuhan":     {"Wuhan", "武汉"},
	"wuhu":      {"Wuhu", "芜湖"},
	"wuxi":      {"Wuxi", "无锡"},
	"xiamen":    {"Xiamen", "厦门"},
	"xian":      {"Xi'an", "西安"},
	"xinjiang":  {"Xinjiang", "新疆"},
	"yancheng":  {"Yancheng", "盐城"},
	"zhengzhou": {"Zhengzhou", "郑州"},

	"battery-swap": {"battery swap", "swap station", "换电", "换电站", "échange de batterie"},
	"charging":     {"charging", "充电", "超充", "recharge"},
	"everest":      {"Everest", "珠峰", "珠穆朗玛"},
	"robotaxi":     {"robotaxi", "无人驾驶出租车"},
	"price-war":    {"price war", "价格战", "guerre des prix"},
	"wind-tunnel":  {"wind tunnel", "风洞", "soufflerie"},
}

// phrase is one way in which a concept is said, folded.
type phrase struct{ said, concept string }

// phrases are all ways of all concepts, by the first rune, so that a text is compared with few of them.
var phrases = phrasesByRune()

func phrasesByRune() map[rune][]phrase {
	byRune := map[rune][]phrase{}
	for _, concept := range sortedKeys(concepts) {
		for _, said := range concepts[concept] {
			folded := searchText(said)
			first, _ := utf8.DecodeRuneInString(folded)
			byRune[first] = append(byRune[first], phrase{said: folded, concept: concept})
		}
	}
	return byRune
}

// emptyWords say nothing of what a stream is about, and emptySigns neither in a pair of signs.
const (
	emptyWords = " the an of in on at to for and with from by de la le les du des et au aux en un une sur avec par "
	emptySigns = "的了和与及在到是"
	emptyPairs = " 汽车 直播 " // all are about them
)

// The apostrophes at which a word ends, though none elsewhere does: "l'autonomie", "Xiaomi's".
var (
	elision    = regexp.MustCompile(`(^|\PL)(\pL)['’＇]`)
	possessive = regexp.MustCompile(`['’＇]s(\PL|$)`)
)

// searchText folds words as they are indexed and looked for.
func searchText(words string) string {
	return Fold(possessive.ReplaceAllString(elision.ReplaceAllString(words, "$1$2 "), " $1"))
}

// maxTerm is how many letters of a word count.
const maxTerm = 32

// term is what is looked for: a folded word, or two Chinese signs that follow one another.
type term struct {
	word     string
	from, to int  // in the folded text
	inner    bool // it is one pair of a longer run, and may join the end of one word with the beginning of the next
	concepts []string
}

// termsOf takes apart a folded text.
func termsOf(folded string) []term {
	var terms []term
	for from := 0; from < len(folded); {
		to := from + runAt(folded[from:])
		run := folded[from:to]
		first, size := utf8.DecodeRuneInString(run)
		switch {
		case first == ' ':
		case unicode.Is(unicode.Han, first):
			terms = append(terms, pairsOf(run, from)...)
		case len(run) > size || unicode.IsDigit(first):
			terms = append(terms, term{word: cutRunes(run, maxTerm), from: from, to: to})
		}
		from = to
	}
	covered(folded, terms)
	return terms
}

// runAt is the length of the Chinese signs, the other letters or the space with which a text begins.
func runAt(text string) int {
	kind := func(r rune) int {
		switch {
		case r == ' ':
			return 0
		case unicode.Is(unicode.Han, r):
			return 1
		}
		return 2
	}
	first, _ := utf8.DecodeRuneInString(text)
	for i, r := range text {
		if kind(r) != kind(first) {
			return i
		}
	}
	return len(text)
}

// pairsOf are the pairs in a run of Chinese signs that begins at a byte; a single sign is a term too.
func pairsOf(run string, at int) []term {
	signs := []rune(run)
	if len(signs) == 1 {
		return []term{{word: run, from: at, to: at + len(run)}}
	}
	var terms []term
	for i := range len(signs) - 1 {
		pair := string(signs[i : i+2])
		terms = append(terms, term{word: pair, from: at, to: at + len(pair), inner: len(signs) > 2})
		at += utf8.RuneLen(signs[i])
	}
	return terms
}

func cutRunes(word string, most int) string {
	if runes := []rune(word); len(runes) > most {
		return string(runes[:most])
	}
	return word
}

// covered notes at each term the concepts of the phrases in which it stands.
func covered(folded string, terms []term) {
	each := func(p phrase, at int) {
		for i := range terms {
			t := &terms[i]
			if t.from >= at && t.to <= at+len(p.said) && !contains(t.concepts, p.concept) {
				t.concepts = append(t.concepts, p.concept)
			}
		}
	}
	for at, r := range folded {
		for _, p := range phrases[r] {
			if strings.HasPrefix(folded[at:], p.said) && standsAlone(folded, at, at+len(p.said)) {
				each(p, at)
			}
		}
	}
}

// standsAlone reports whether a part of a folded text begins and ends where words do; Chinese ones do anywhere.
func standsAlone(folded string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(folded[:from])
	first, _ := utf8.DecodeRuneInString(folded[from:])
	last, _ := utf8.DecodeLastRuneInString(folded[:to])
	after, _ := utf8.DecodeRuneInString(folded[to:])
	return (from == 0 || apart(before, first)) && (to == len(folded) || apart(last, after))
}

func apart(a, b rune) bool {
	return a == ' ' || b == ' ' || unicode.Is(unicode.Han, a) || unicode.Is(unicode.Han, b)
}

// isStop reports whether a term says nothing.
func (t term) isStop() bool {
	return strings.Contains(emptyWords+emptyPairs, " "+t.word+" ") || t.inner && strings.ContainsAny(t.word, emptySigns)
}

// isSaid reports whether a term is all of a phrase of its concepts, which says as much as the term.
func (t term) isSaid() bool {
	first, _ := utf8.DecodeRuneInString(t.word)
	return slices.ContainsFunc(phrases[first], func(p phrase) bool { return p.said == t.word && contains(t.concepts, p.concept) })
}

// begun returns the concepts of phrases that the end of a folded text, from a byte on, is the beginning of.
func begun(folded string, from int) []string {
	var found []string
	first, _ := utf8.DecodeRuneInString(folded[from:])
	for _, p := range phrases[first] {
		if strings.HasPrefix(p.said, folded[from:]) && !contains(found, p.concept) {
			found = append(found, p.concept)
		}
	}
	return found
}
