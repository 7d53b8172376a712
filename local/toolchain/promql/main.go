// Evaluates PromQL queries with the engine of Prometheus on recorded series. Reads a JSON object from the standard input, and prints the
// result of each query, in their order.
package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"os"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb"
)

type series struct {
	Labels map[string]string `json:"labels"`
	// Samples by seconds since the epoch.
	Samples [][2]float64 `json:"samples"`
}

type input struct {
	Series  []series `json:"series"`
	Queries []string `json:"queries"`
	// Seconds since the epoch.
	At float64 `json:"at"`
}

type sample struct {
	Labels map[string]string `json:"labels"`
	// Null if it is not a number, such as the quotient of zeros.
	Value *float64 `json:"value"`
}

type result struct {
	Error   string   `json:"error,omitempty"`
	Samples []sample `json:"samples"`
}

func main() {
	var in input
	must(json.NewDecoder(os.Stdin).Decode(&in))
	folder, err := os.MkdirTemp("", "promql-")
	must(err)
	defer os.RemoveAll(folder)
	must(json.NewEncoder(os.Stdout).Encode(evaluated(folder, in)))
}

func evaluated(folder string, in input) []result {
	db, err := tsdb.Open(folder, slog.New(slog.DiscardHandler), nil, tsdb.DefaultOptions(), nil)
	must(err)
	defer db.Close()
	appender := db.Appender(context.Background())
	for _, each := range in.Series {
		for _, one := range each.Samples {
			_, err := appender.Append(0, labels.FromMap(each.Labels), milliseconds(one[0]), one[1])
			must(err)
		}
	}
	must(appender.Commit())
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: 1_000_000, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: parser.NewParser(parser.Options{}),
	})
	results := []result{}
	for _, query := range in.Queries {
		results = append(results, answer(engine, db, query, timestamp.Time(milliseconds(in.At))))
	}
	return results
}

func answer(engine *promql.Engine, db *tsdb.DB, text string, at time.Time) result {
	query, err := engine.NewInstantQuery(context.Background(), db, nil, text, at)
	if err != nil {
		return result{Error: err.Error()}
	}
	defer query.Close()
	found := query.Exec(context.Background())
	if found.Err != nil {
		return result{Error: found.Err.Error()}
	}
	vector, err := found.Vector()
	if err != nil {
		return result{Error: err.Error()}
	}
	samples := []sample{}
	for _, each := range vector {
		value := &each.F
		if math.IsNaN(each.F) || math.IsInf(each.F, 0) {
			value = nil
		}
		samples = append(samples, sample{Labels: each.Metric.Map(), Value: value})
	}
	return result{Samples: samples}
}

func milliseconds(seconds float64) int64 { return int64(math.Round(seconds * 1000)) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}
