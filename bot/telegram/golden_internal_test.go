package telegram

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/lang"
)

// The drive from Shanghai to Hangzhou, and the moment at which the posts below are read.
var (
	drive  = time.Date(2024, 5, 18, 0, 30, 0, 0, time.UTC)
	reader = time.Date(2024, 5, 16, 4, 0, 0, 0, time.UTC)
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func words(tb testing.TB) bot.Words {
	tb.Helper()
	w, err := lang.New()
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// clocked is a layout for a server that knows <tg-time>.
func clocked(t *testing.T) layout {
	t.Helper()
	return layout{voice: bot.Voice{Words: words(t), Locale: "en", Zone: zone(t, "Asia/Shanghai"), Now: reader}, clocks: true}
}

func lits(words ...string) []bot.Text { return bot.Literals(words) }

func named(name string, value bot.Text) bot.Field {
	return bot.Field{Name: bot.Lit(name), Value: value}
}

func para(texts ...bot.Text) bot.Paragraph { return bot.Paragraph{Text: bot.Join("", texts...)} }

// golden is a post and what is sent of it.
type golden struct {
	name string
	post bot.Post
	want string
}

func goldens(t *testing.T) []golden {
	t.Helper()
	beijing, paris := zone(t, "Asia/Shanghai"), zone(t, "Europe/Paris")
	return []golden{
		{"announced, en", bot.Post{
			Locale: "en", Zone: beijing,
			Headline: bot.Lit("Lei Jun 雷军: Shanghai → Hangzhou in the SU7 Pro"),
			Body: []bot.Block{
				para(bot.At(drive, bot.DayClock), bot.Lit(" ("), bot.AtIn(drive, bot.Clock, beijing), bot.Lit(" Beijing)")),
				para(bot.Lit("Douyin, search 雷军 · range test, 177 km")),
			},
			Footer:  bot.Lit("Announced on Weibo, 16 May. Not yet confirmed. s7k"),
			Buttons: []bot.Button{bot.Press(bot.Lit("Remind me"), "/remind s7k"), bot.Press(bot.Lit("Details"), "/show s7k")},
		}, `
<b>Lei Jun 雷军: Shanghai → Hangzhou in the SU7 Pro</b>
<tg-time unix="1715992200" format="wDt">Sat 18 May, 08:30</tg-time> (08:30 Beijing)
Douyin, search 雷军 · range test, 177 km
<i>Announced on Weibo, 16 May. Not yet confirmed. s7k</i>
`},
		{"announced, zh", bot.Post{
			Locale: "zh", Zone: beijing,
			Headline: bot.Lit("雷军直播：上海 → 杭州，小米 SU7 Pro"),
			Body: []bot.Block{
				para(bot.At(drive, bot.DayClock), bot.Lit("（北京时间）")),
				para(bot.Lit("抖音搜“雷军” · 续航实测，177 公里")),
			},
			Footer:  bot.Lit("5 月 16 日微博预告，平台尚未确认 s7k"),
			Buttons: []bot.Button{bot.Press(bot.Lit("提醒我"), "/remind s7k"), bot.Press(bot.Lit("详情"), "/show s7k")},
		}, `
<b>雷军直播：上海 → 杭州，小米 SU7 Pro</b>
<tg-time unix="1715992200" format="wDt">5⍽月 18⍽日 周六 8:30</tg-time>（北京时间）
抖音搜“雷军” · 续航实测，177 公里
<i>5 月 16 日微博预告，平台尚未确认 s7k</i>
`},
		{"announced, fr", bot.Post{
			Locale: "fr", Zone: paris,
			Headline: bot.Lit("Lei Jun 雷军 : Shanghai → Hangzhou en SU7 Pro"),
			Body: []bot.Block{
				para(bot.At(drive, bot.DayClock), bot.Lit(" ("), bot.AtIn(drive, bot.Clock, beijing), bot.Lit(" à Pékin)")),
				para(bot.Lit("Douyin, chercher 雷军 · test d'autonomie, 177 km")),
			},
			Footer:  bot.Lit("Annoncé sur Weibo le 16 mai. À confirmer. s7k"),
			Buttons: []bot.Button{bot.Press(bot.Lit("Me prévenir"), "/remind s7k"), bot.Press(bot.Lit("Détails"), "/show s7k")},
		}, `
<b>Lei Jun 雷军 : Shanghai → Hangzhou en SU7 Pro</b>
<tg-time unix="1715992200" format="wDt">sam. 18 mai, 2⍽h⍽30</tg-time> (8⍽h⍽30 à Pékin)
Douyin, chercher 雷军 · test d'autonomie, 177 km
<i>Annoncé sur Weibo le 16 mai. À confirmer. s7k</i>
`},
		{"a reminder that mentions drivers, en", bot.Post{
			Locale: "en", Zone: beijing, Mentions: []string{"@drivers", "@nio_club"},
			Headline: bot.Lit("Lei Jun live in 10 min: Shanghai → Hangzhou"),
			Body:     []bot.Block{para(bot.At(drive, bot.Clock), bot.Lit(", Douyin, search 雷军"))},
			Buttons:  []bot.Button{bot.Press(bot.Lit("Stop reminding me"), "/reminders w3"), bot.Press(bot.Lit("Again 5 min before"), "/remind s7k 5m")},
		}, `
@drivers @nio_club <b>Lei Jun live in 10 min: Shanghai → Hangzhou</b>
<tg-time unix="1715992200" format="t">08:30</tg-time>, Douyin, search 雷军
`},
		{"a chat of two languages", bot.Post{
			Locale: "zh", Zone: beijing, Headline: bot.Lit("雷军 10 分钟后开播：上海 → 杭州"),
			Also: bot.Said{Locale: "en", Text: bot.Join("", bot.Lit("Lei Jun live "), bot.At(drive, bot.Relative), bot.Lit(": Shanghai → Hangzhou"))},
			Body: []bot.Block{para(bot.At(drive, bot.Clock), bot.Lit("，抖音搜“雷军”"))},
		}, `
<b>雷军 10 分钟后开播：上海 → 杭州</b>
<b>Lei Jun live <tg-time unix="1715992200" format="r">in 1 day 21 h</tg-time>: Shanghai → Hangzhou</b>
<tg-time unix="1715992200" format="t">8:30</tg-time>，抖音搜“雷军”
`},
		{"live, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("● LIVE: Lei Jun 雷军, Shanghai → Hangzhou"),
			Body: []bot.Block{bot.Fields{
				named("Since", bot.Join("", bot.At(drive, bot.Clock), bot.Lit(" on Douyin, search 雷军"))),
				named("Figures", bot.Lit("none from Douyin yet").With(bot.Faint)),
			}},
			Footer: bot.Lit("Seen by a moderator, 08:31 Beijing · s7k"),
		}, `
<b>● LIVE: Lei Jun 雷军, Shanghai → Hangzhou</b>
Since: <tg-time unix="1715992200" format="t">08:30</tg-time> on Douyin, search 雷军
Figures: <i>none from Douyin yet</i>
<i>Seen by a moderator, 08:31 Beijing · s7k</i>
`},
		{"live, zh", bot.Post{
			Locale: "zh", Zone: beijing, Headline: bot.Lit("● 直播中：雷军，上海 → 杭州"),
			Body: []bot.Block{bot.Fields{
				named("开播", bot.Join("", bot.At(drive, bot.Clock), bot.Lit("，抖音搜“雷军”"))), named("数据", bot.Lit("抖音暂无数据").With(bot.Faint)),
			}},
			Footer: bot.Lit("管理员 8:31 确认 · s7k"),
		}, `
<b>● 直播中：雷军，上海 → 杭州</b>
开播：<tg-time unix="1715992200" format="t">8:30</tg-time>，抖音搜“雷军”
数据：<i>抖音暂无数据</i>
<i>管理员 8:31 确认 · s7k</i>
`},
		{"ended, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Ended: Lei Jun, Shanghai → Hangzhou, about 3 h 30"),
			Body: []bot.Block{
				para(bot.Figure(39_000_000).With(bot.Strong), bot.Lit(" viewers").With(bot.Strong), bot.Lit(", all platforms, by his staff's count")),
				bot.Fields{
					named("Douyin", bot.Lit("200 M likes")), named("New followers", bot.Lit("360,000, platform not stated")),
					named("On the road", bot.Lit("177 km, 13.7 kWh/100 km")),
				},
				para(bot.Lit("Next: nothing announced.").With(bot.Faint)),
			},
			Footer: bot.Lit("5 sources · figures are not added up · s7k"),
		}, `
<b>Ended: Lei Jun, Shanghai → Hangzhou, about 3 h 30</b>
<b>39 M viewers</b>, all platforms, by his staff's count
Douyin: 200 M likes
New followers: 360,000, platform not stated
On the road: 177 km, 13.7 kWh/100 km
<i>Next: nothing announced.</i>
<i>5 sources · figures are not added up · s7k</i>
`},
		{"ended, fr", bot.Post{
			Locale: "fr", Zone: paris, Headline: bot.Lit("Terminé : Lei Jun, Shanghai → Hangzhou, environ 3 h 30"),
			Body: []bot.Block{
				para(bot.Lit("39 millions de spectateurs").With(bot.Strong), bot.Lit(", toutes plateformes, selon son équipe")),
				bot.Fields{
					named("Douyin", bot.Lit("200 M de « j'aime »")), named("Nouveaux abonnés", bot.Lit("360 000, plateforme non précisée")),
					named("Sur la route", bot.Lit("177 km, 13,7 kWh/100 km")),
				},
			},
			Footer: bot.Lit("5 sources · chiffres non additionnés · s7k"),
		}, `
<b>Terminé : Lei Jun, Shanghai → Hangzhou, environ 3 h 30</b>
<b>39 millions de spectateurs</b>, toutes plateformes, selon son équipe
Douyin⍽: 200 M de « j'aime »
Nouveaux abonnés⍽: 360 000, plateforme non précisée
Sur la route⍽: 177 km, 13,7 kWh/100 km
<i>5 sources · chiffres non additionnés · s7k</i>
`},
		{"the week, zh", bot.Post{
			Locale: "zh", Zone: beijing, Headline: bot.Lit("一周小结 5 月 13–19 日"),
			Body: []bot.Block{
				para(bot.Lit("1 场直播，约 3 小时 30 分（上周 1 场）")),
				bot.List{Title: bot.Lit("最多观看"), Ordered: true, Items: []bot.Text{
					bot.Join("", bot.Lit("雷军，上海 → 杭州："), bot.Lit("3900 万人观看").With(bot.Strong), bot.Lit("（团队统计）")),
					bot.Lit("周鸿祎在小鹏汇天：超过 1000 万人"),
				}},
				bot.List{Title: bot.Lit("下周"), Items: lits("魏建军，周一 10:30", "李斌，周四 20:00")},
			},
			Footer: bot.Lit("数据来自媒体与本人微博，本周未读取平台 · W20"),
		}, `
<b>一周小结 5 月 13–19 日</b>
1 场直播，约 3 小时 30 分（上周 1 场）

<b>最多观看</b>
1. 雷军，上海 → 杭州：<b>3900 万人观看</b>（团队统计）
2. 周鸿祎在小鹏汇天：超过 1000 万人

<b>下周</b>
· 魏建军，周一 10:30
· 李斌，周四 20:00

<i>数据来自媒体与本人微博，本周未读取平台 · W20</i>
`},
		{"a profile, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Lei Jun 雷军").With(bot.Strong),
			Body: []bot.Block{
				para(bot.Lit("Nobody at the head of a carmaker is watched by more people on China's live platforms.")),
				bot.Fields{
					named("Xiaomi", bot.Lit("founder, chairman and CEO")),
					named("Douyin", bot.Lit("雷军, over 40 M followers (February 2025)")),
					named("Weibo", bot.Join(", ", bot.Lit("@leijun").Linked("https://weibo.com/leijun"), bot.Lit("over 24 M followers"))),
				},
				bot.List{Title: bot.Lit("Recent"), Items: []bot.Text{
					bot.Join(" · ", bot.At(drive, bot.DayClock), bot.Lit("Shanghai to Hangzhou in the SU7 Pro"), bot.Lit("s7k").With(bot.Faint)),
					bot.Join(" · ", bot.At(drive.AddDate(0, 0, -20), bot.Day), bot.Lit("About the last company he founds"), bot.Lit("sj").With(bot.Faint)),
				}},
				para(bot.Say("next.none_known")),
				para(bot.Say("sight.told").With(bot.Faint)),
			},
			Footer: bot.Lit("lei-jun"),
		}, `
<b>Lei Jun 雷军</b>
Nobody at the head of a carmaker is watched by more people on China's live platforms.
Xiaomi: founder, chairman and CEO
Douyin: 雷军, over 40 M followers (February 2025)
Weibo: <a href="https://weibo.com/leijun">@⁀leijun</a>, over 24 M followers

<b>Recent</b>
· <tg-time unix="1715992200" format="wDt">Sat 18 May, 08:30</tg-time> · Shanghai to Hangzhou in the SU7 Pro · <i>s7k</i>
· Sun 28 Apr · About the last company he founds · <i>sj</i>

Next: nothing announced.
<i>I can't see the platforms by myself: I know what people here tell me, and what press and posts said.</i>
<i>lei-jun</i>
`},
		{"somebody unknown, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Say("who.unknown", bot.Args{"Words": bot.Quote("<b>@akio_toyoda</b> at toyota.jp #live /forgetme")}),
			Buttons: []bot.Button{
				bot.Press(bot.Lit("魏建军 Wei Jianjun, Great Wall"), "/who wei-jianjun"), bot.Press(bot.Lit("雷军 Lei Jun, Xiaomi"), "/who lei-jun"),
				bot.Press(bot.Lit("苏峻 Su Jun, iCAR"), "/who su-jun"),
			},
		}, `
<b>I don't follow “&lt;b&gt;@⁀akio_toyoda&lt;/⁀b&gt; at </b><code>toyota.jp</code><b> #⁀live …”, nor anyone like it. /who lists everyone I follow.</b>
`},
		{"a small table, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Xiaomi and NIO, May 2024"),
			Body: []bot.Block{bot.Table{
				Heads: lits("", "Xiaomi", "NIO"),
				Rows: [][]bot.Text{
					{bot.Lit("Streams"), bot.N(3), bot.N(12)},
					{bot.Lit("On air"), bot.For(5 * time.Hour), bot.For(90 * time.Minute)},
					{bot.Lit("小米"), bot.N(1), nil},
				},
			}, para(bot.Lit("Likes are not compared."))},
			Footer: bot.Lit("May 2024"),
		}, `
<b>Xiaomi and NIO, May 2024</b>
<pre>         Xiaomi  NIO
Streams  3       12
On air   5 h     1 h 30 min
小米     1</pre>
Likes are not compared.
<i>May 2024</i>
`},
		{"a wide table, fr", bot.Post{
			Locale: "fr", Zone: paris, Headline: bot.Lit("2 suivis ici"),
			Body: []bot.Block{bot.Table{
				Heads: lits("", "Qui", "Quand", "Pour"),
				Rows: [][]bot.Text{
					{bot.Lit("w1"), bot.Lit("Lei Jun 雷军 et William Li 李斌"), bot.Lit("1 h avant, et en direct"), bot.Lit("@drivers")},
					{bot.Lit("w2"), bot.Lit("tout le monde"), bot.Lit("en direct"), nil},
				},
			}},
			Footer: bot.Lit("/watch edit w1 les change"),
			Buttons: []bot.Button{
				bot.Press(bot.Lit("Reprendre w1"), "/watch resume w1"), bot.Press(bot.Lit("Reprendre w2"), "/watch resume w2"),
				bot.Press(bot.Lit("Tout reprendre"), "/watch resume all"),
			},
		}, `
<b>2 suivis ici</b>

<b>w1</b> · Qui⍽: Lei Jun 雷军 et William Li 李斌 · Quand⍽: 1 h avant, et en direct · Pour⍽: @⁀drivers
<b>w2</b> · Qui⍽: tout le monde · Quand⍽: en direct

<i>/⁀watch edit w1 les change</i>
`},
		{"how to say it, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Be reminded of a stream"),
			Body: []bot.Block{
				para(bot.Lit("/remind [subject] [before]").With(bot.Mono)),
				para(bot.Say("reminders.none")),
				para(bot.Lit("All of them: "), bot.Lit("/reminders").With(bot.Mono), bot.Lit(". The file is boardcast.toml, the account https://weibo.com/leijun.")),
			},
		}, `
<b>Be reminded of a stream</b>
<code>/remind [subject] [before]</code>
You have no reminders here. /remind with a name sets one.
All of them: /reminders. The file is <code>boardcast.toml</code>, the account <code>https://weibo.com/leijun</code>.
`},
	}
}

func TestPostsAsTelegramShowsThem(t *testing.T) {
	l := clocked(t)
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			all := l.messages(g.post)
			if len(all) != 1 {
				t.Fatalf("got %d messages, want 1", len(all))
			}
			if diff := cmp.Diff(strings.Split(strings.TrimPrefix(g.want, "\n"), "\n"), strings.Split(shown(all[0].HTML)+"\n", "\n")); diff != "" {
				t.Errorf("sent otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// shown is a text with the signs shown that are not seen: joiners, and spaces at which no line ends.
func shown(html string) string {
	return strings.NewReplacer(joiner, "⁀", "\u00a0", "⍽", "\u202f", "⍽").Replace(html)
}
