package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSpoken is the length in bytes beyond which words are no time, length or place, so that reading them is bounded
// whatever somebody pastes.
const maxSpoken = 200

// maxCount is what every larger number is read as; nothing that is counted here goes so far.
const maxCount = 9_999_999

// plainPairs are letters and what they are read as: without accents, and simplified where times and places are written
// with both. No second rune of a pair is the first of another, so that folding twice changes nothing.
const plainPairs = "àa áa âa ãa äa åa çc èe ée êe ëe ìi íi îi ïi ñn òo óo ôo õo öo øo ùu úu ûu üu ýy ÿy " +
	"點点 兩两 週周 後后 時时 間间 鐘钟 鍾钟 號号 個个 禮礼 這这 東东 紐纽 約约 倫伦 韓韩 國国 臺台 灣湾 廣广 慶庆 羅罗 " +
	"馬马 爾尔 蘭兰 漢汉 莊庄 亞亚 聖圣 費费 達达 來来 盧卢 瑪玛 紹绍 舊旧 愛爱 維维 澤泽 " +
	"‘' ’' ‐- ‑- ‒- –- —- −- 〜~ 、, 。. ・· _  (  )  [  ]  【  】  \"  “  ”  «  »  "

// plain is plainPairs by the letter that is read.
var plain = pairs(plainPairs)

func pairs(list string) map[rune]rune {
	table := map[rune]rune{}
	runes := []rune(list)
	for i := 0; i+2 < len(runes); i += 3 {
		table[runes[i]] = runes[i+1]
	}
	return table
}

// foldSpoken brings words to the one form that the tables of this package are in: lower case, half width, without
// accents and brackets, simplified, single spaces.
func foldSpoken(words string) string {
	var b strings.Builder
	b.Grow(len(words))
	space := false
	for _, r := range words {
		r = foldRune(r)
		switch {
		case r < 0:
		case unicode.IsSpace(r):
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// foldRune folds one rune; a negative one is to be left out.
func foldRune(r rune) rune {
	const fullWidth, ascii = '！', '!'
	if r >= fullWidth && r <= '～' {
		r += ascii - fullWidth
	}
	r = unicode.ToLower(r)
	if to, ok := plain[r]; ok {
		return to
	}
	if r >= utf8.RuneSelf && (unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r)) {
		return -1 // the accent of a letter written in two runes, or nothing that can be seen
	}
	return r
}

// piece is the smallest part of a phrase that means something: a run of letters, a run of ASCII digits, or any other
// single rune, which a Han one is too.
type piece struct {
	from, to int // bytes of the phrase
	digits   int // how many of them, for a number
	value    int // of a number, at most maxCount
}

// phrase is folded words, cut into pieces and read from the front.
type phrase struct {
	text   string
	pieces []piece
	next   int
}

// newPhrase returns words ready to be read, unless there are none or too many.
func newPhrase(words string) (phrase, bool) {
	if len(words) > maxSpoken {
		return phrase{}, false
	}
	p := phrase{text: foldSpoken(words)}
	for at := 0; at < len(p.text); {
		if p.text[at] == ' ' {
			at++
			continue
		}
		next := cut(p.text, at)
		p.pieces = append(p.pieces, next)
		at = next.to
	}
	return p, len(p.pieces) > 0
}

// cut returns the piece of a text that begins at a byte.
func cut(text string, at int) piece {
	r, size := utf8.DecodeRuneInString(text[at:])
	c := piece{from: at, to: at + size}
	switch {
	case isDigit(r):
		for c.to = at; c.to < len(text) && isDigit(rune(text[c.to])); c.to++ {
			c.value = min(c.value*10+int(text[c.to]-'0'), maxCount)
			c.digits++
		}
	case isLetter(r):
		for c.to < len(text) {
			r, size = utf8.DecodeRuneInString(text[c.to:])
			if !isLetter(r) {
				break
			}
			c.to += size
		}
	}
	return c
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z'
	}
	return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r)
}

func (p *phrase) done() bool { return p.next == len(p.pieces) }

// peek is the text of the piece to be read next, empty at the end.
func (p *phrase) peek() string {
	if p.done() {
		return ""
	}
	c := p.pieces[p.next]
	return p.text[c.from:c.to]
}

// take reads one piece if it is this text.
func (p *phrase) take(text string) bool {
	if p.done() || p.peek() != text {
		return false
	}
	p.next++
	return true
}

// glued reports whether there is nothing between the piece read last and the next one.
func (p *phrase) glued() bool {
	return p.next > 0 && !p.done() && p.pieces[p.next-1].to == p.pieces[p.next].from
}

// table is one role that words can play, by the words. Most words play none, which one look at the first piece tells.
type table[V any] struct {
	entries map[string]V
	longest map[string]int // pieces of the longest entry, by its first piece
}

// tableOf makes a table of entries in folded words.
func tableOf[V any](entries map[string]V) table[V] {
	t := table[V]{entries: entries, longest: map[string]int{}}
	for words := range entries {
		if p, ok := newPhrase(words); ok {
			first := p.peek()
			t.longest[first] = max(t.longest[first], len(p.pieces))
		}
	}
	return t
}

// wordsOf makes a table of words that mean nothing but that they are there.
func wordsOf(words ...string) table[bool] {
	entries := map[string]bool{}
	for _, word := range words {
		entries[word] = true
	}
	return tableOf(entries)
}

// takeOf reads the longest run of pieces that is in a table.
func takeOf[V any](p *phrase, t table[V]) (V, bool) {
	for n := min(t.longest[p.peek()], len(p.pieces)-p.next); n > 0; n-- {
		v, ok := t.entries[p.text[p.pieces[p.next].from:p.pieces[p.next+n-1].to]]
		if ok {
			p.next += n
			return v, true
		}
	}
	var none V
	return none, false
}

// number reads a number in ASCII or Han digits, the latter below one hundred and with no count of digits.
func (p *phrase) number() (value, digits int, ok bool) {
	if p.done() {
		return 0, 0, false
	}
	if c := p.pieces[p.next]; c.digits > 0 {
		p.next++
		return c.value, c.digits, true
	}
	value, ok = p.hanNumber()
	return value, 0, ok
}

// hanDigits are the digits of a Han number; 十 is ten, or tens after a digit.
var hanDigits = map[string]int{
	"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}

func (p *phrase) hanNumber() (int, bool) {
	tens, some := p.hanDigit()
	if !p.take("十") {
		if !some || tens > 0 {
			return tens, some
		}
		unit, _ := p.hanDigit() // 零五, after an hour
		return unit, true
	}
	if !some {
		tens = 1
	}
	unit, _ := p.hanDigit()
	return tens*10 + unit, true
}

func (p *phrase) hanDigit() (int, bool) {
	digit, ok := hanDigits[p.peek()]
	if ok {
		p.next++
	}
	return digit, ok
}
