package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

const (
	// mostMeasured bounds what is counted of each lane's backlog whenever figures are collected.
	mostMeasured = 100_000
	// healthTimeout is how long the store may take to answer before it counts as out of order.
	healthTimeout = time.Second
)

// figures serves how sending goes to those who collect it, at /metrics in the format of Prometheus, and at /healthz whether the program is
// able to work.
func (p pulse) figures(store storage.Store, log *slog.Logger) http.Handler {
	serve := http.NewServeMux()
	serve.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		registry := prometheus.NewRegistry() // of this one answer, which is given up where whoever asks is gone
		if err := registry.Register(newCollector(r.Context(), p, store)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		errorLog := slog.NewLogLogger(log.Handler(), slog.LevelWarn)
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: errorLog}).ServeHTTP(w, r)
	})
	healthy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := store.View(r.Context(), func(storage.Reader) error { return nil }); err != nil {
			http.Error(w, "the store cannot be read", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n") // whoever asked may have gone
	})
	serve.Handle("GET /healthz", http.TimeoutHandler(healthy, healthTimeout, "the store does not answer\n"))
	return serve
}

// collector collects the figures once.
type collector struct {
	pulse pulse
	view  func(read func(r storage.Reader) error) error
	descs map[figure]*prometheus.Desc
}

// figure is the name of what is measured.
type figure string

// The figures.
const (
	noticesOwed     figure = "boardcast_notices_owed"
	oldestDue       figure = "boardcast_oldest_due_seconds"
	noticesInFlight figure = "boardcast_notices_in_flight"
	noticesTotal    figure = "boardcast_notices_total"
	uncertain       figure = "boardcast_notices_uncertain"
	retriesTotal    figure = "boardcast_retries_total"
	editsTotal      figure = "boardcast_edits_total"
	noticeLateness  figure = "boardcast_notice_lateness_seconds"
	pacePerSecond   figure = "boardcast_pace_per_second"
	ratePerSecond   figure = "boardcast_rate_per_second"
	tooManyTotal    figure = "boardcast_too_many_total"
	chatsSuspended  figure = "boardcast_chats_suspended"
	warnings        figure = "boardcast_warnings"
)

func newCollector(ctx context.Context, p pulse, store storage.Store) collector {
	c := collector{pulse: p, descs: map[figure]*prometheus.Desc{}}
	c.view = func(read func(r storage.Reader) error) error { return store.View(ctx, read) }
	c.describe(noticesOwed, "Notices that may be sent now, or later.", "messenger", "lane", "state")
	c.describe(oldestDue, "How long the oldest notice that may be sent has waited.", "messenger", "lane")
	c.describe(noticesInFlight, "Notices of which it is not known yet whether they were sent.", "messenger")
	c.describe(noticesTotal, "Notices that settled since the start, by what became of them.", "messenger", "outcome")
	c.describe(uncertain, "Notices of the last 24 hours of which nobody will know whether they were sent.", "messenger")
	c.describe(retriesTotal, "Attempts since the start that came to nothing and are made again.", "messenger")
	c.describe(editsTotal, "Cards drawn anew since the start.", "messenger")
	c.describe(noticeLateness, "How late notices were when the messenger took them.", "messenger", "lane")
	c.describe(pacePerSecond, "How many posts a second the messenger takes.", "messenger")
	c.describe(ratePerSecond, "Notices a second that the messenger took in the last minute.", "messenger")
	c.describe(tooManyTotal, "How often the messenger said since the start that it was asked too much.", "messenger")
	c.describe(chatsSuspended, "Chats that take no messages.", "messenger")
	c.describe(warnings, "Promises that are about to break.", "reason")
	return c
}

func (c collector) describe(name figure, help string, labels ...string) {
	c.descs[name] = prometheus.NewDesc(string(name), help, labels, nil)
}

// Describe implements [prometheus.Collector].
func (c collector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range c.descs {
		to <- desc
	}
}

// Collect implements [prometheus.Collector]. What cannot be found out is an error of the whole answer: a figure of 0 would be a lie.
func (c collector) Collect(to chan<- prometheus.Metric) {
	report := func(name figure, kind prometheus.ValueType, value float64, labels ...string) {
		metric, err := prometheus.NewConstMetric(c.descs[name], kind, value, labels...)
		if err != nil {
			metric = prometheus.NewInvalidMetric(c.descs[name], err)
		}
		to <- metric
	}
	if err := c.view(func(r storage.Reader) error { return reportBacklogs(r, report) }); err != nil {
		to <- prometheus.NewInvalidMetric(c.descs[noticesOwed], err)
	}
	now := time.Now()
	for _, g := range c.pulse.meter.Read(now) {
		reportGauge(g, report)
		for _, l := range g.Lateness {
			to <- c.histogram(g.Messenger, l)
		}
	}
	for _, flow := range c.pulse.flows(now) {
		if flow.Pace > 0 {
			report(pacePerSecond, prometheus.GaugeValue, flow.Pace, string(flow.Messenger))
		}
		report(tooManyTotal, prometheus.CounterValue, float64(flow.TooMany), string(flow.Messenger))
	}
	standing := map[storage.WarningReason]int{}
	for _, w := range c.pulse.warnings() {
		standing[w.Reason]++
	}
	for _, reason := range storage.WarningReasons() {
		report(warnings, prometheus.GaugeValue, float64(standing[reason]), string(reason))
	}
}

// reporting takes down the value of a figure, with its labels in the order in which they are described.
type reporting func(name figure, kind prometheus.ValueType, value float64, labels ...string)

// reportBacklogs reports what the store knows.
func reportBacklogs(r storage.Reader, report reporting) error {
	now := time.Now()
	backlogs, err := storage.Backlogs(r, now, mostMeasured)
	for _, b := range backlogs {
		on := string(b.Messenger)
		for _, l := range b.Lanes {
			report(noticesOwed, prometheus.GaugeValue, float64(l.Ready), on, l.Lane.String(), "ready")
			report(noticesOwed, prometheus.GaugeValue, float64(l.Later), on, l.Lane.String(), "later")
			if !l.Oldest.IsZero() {
				report(oldestDue, prometheus.GaugeValue, max(now.Sub(l.Oldest).Seconds(), 0), on, l.Lane.String())
			}
		}
		report(noticesInFlight, prometheus.GaugeValue, float64(b.InFlight), on)
		report(uncertain, prometheus.GaugeValue, float64(b.Uncertain), on)
		report(chatsSuspended, prometheus.GaugeValue, float64(b.Suspended), on)
	}
	return err
}

// reportGauge reports what was counted on a messenger since the start.
func reportGauge(g scheduler.Gauge, report reporting) {
	on := string(g.Messenger)
	report(ratePerSecond, prometheus.GaugeValue, g.Rate(), on)
	report(retriesTotal, prometheus.CounterValue, float64(g.Retries), on)
	report(editsTotal, prometheus.CounterValue, float64(g.Edits), on)
	for outcome, n := range g.Outcomes {
		report(noticesTotal, prometheus.CounterValue, float64(n), on, string(outcome))
	}
}

// histogram is how late the notices of a lane were.
func (c collector) histogram(on bot.Messenger, l scheduler.Lateness) prometheus.Metric {
	buckets := map[float64]uint64{}
	for i, bound := range scheduler.LatenessBounds() {
		buckets[bound] = l.Within[i]
	}
	metric, err := prometheus.NewConstHistogram(c.descs[noticeLateness], l.Count, l.Sum.Seconds(), buckets, string(on), l.Lane.String())
	if err != nil {
		return prometheus.NewInvalidMetric(c.descs[noticeLateness], err)
	}
	return metric
}
