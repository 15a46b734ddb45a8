package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// sweepRow is what one size came to.
type sweepRow struct {
	Chats     int     `json:"chats"`
	Lost      int     `json:"lost"`
	Doubled   int     `json:"doubled"`
	PerSecond float64 `json:"per_second"`
	Processor float64 `json:"processor_us_a_notice"`
	Own       float64 `json:"own_mib"`
	Resident  float64 `json:"resident_mib"`
	Store     float64 `json:"store_mib"`
}

// sweep measures fan-outs of several sizes, smallest first, on a server without limits.
func sweep(ctx context.Context, o deliveryOptions, stdout, stderr io.Writer) error {
	o.unlimited = true
	rows := make([]sweepRow, 0, len(o.sweep))
	for _, chats := range o.sweep {
		o.chats = chats
		m, err := measureDelivery(ctx, &o, stderr)
		if err != nil {
			return err
		}
		rows = append(rows, sweepRow{
			Chats: chats, Lost: m.lost, Doubled: m.doubles, PerSecond: m.rate(), Processor: m.processor(),
			Own: float64(m.used.own) / kibPerMiB, Resident: float64(m.used.resident) / kibPerMiB, Store: float64(m.size) / bytePerMiB,
		})
	}
	if err := writeSweep(o, rows, stdout); err != nil {
		return err
	}
	for _, row := range rows {
		if row.Lost+row.Doubled > 0 {
			return errUnmet
		}
	}
	return nil
}

// writeSweep writes the rows, and how the last one stands to the first.
func writeSweep(o deliveryOptions, rows []sweepRow, to io.Writer) error {
	if o.json {
		out := json.NewEncoder(to)
		out.SetIndent("", "  ")
		return out.Encode(rows)
	}
	const gap = 2
	fmt.Fprintf(to, "%s, %s notice%s\n\n", o.messenger, o.kind, setup(&o.options))
	table := tabwriter.NewWriter(to, 0, 0, gap, ' ', 0)
	fmt.Fprintln(table, "chats\tlost\tdoubled\tnotices/s\tprocessor a notice\tmemory of its own\twith pages of the store\tstore\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%d\t%d\t%d\t%.0f\t%.0f µs\t%.1f MiB\t%.1f MiB\t%.1f MiB\t\n",
			r.Chats, r.Lost, r.Doubled, r.PerSecond, r.Processor, r.Own, r.Resident, r.Store)
	}
	first, last := rows[0], rows[len(rows)-1]
	fmt.Fprintf(table, "×%.0f\t\t\t×%.2f\t×%.2f\t×%.2f\t×%.2f\t×%.1f\t\n", float64(last.Chats)/float64(first.Chats), last.PerSecond/first.PerSecond,
		last.Processor/first.Processor, last.Own/first.Own, last.Resident/first.Resident, last.Store/first.Store)
	return table.Flush()
}
