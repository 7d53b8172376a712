// Extracts the acceptance tests of the Terraform provider from its source, and evaluates their configurations.
//
//	extract <checkout> <environment.json> <tests.jsonl>
//	extract serve <checkout> <environment.json>
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 3 && arguments[0] == "serve" {
		in, err := open(arguments[1], arguments[2])
		if err != nil {
			return err
		}
		return in.serve(os.Stdin, os.Stdout)
	}
	if len(arguments) != 3 {
		return fmt.Errorf("usage: extract <checkout> <environment.json> <tests.jsonl>, or: extract serve <checkout> <environment.json>")
	}
	in, err := open(arguments[0], arguments[1])
	if err != nil {
		return err
	}
	return in.extract(arguments[2])
}

// open returns an interpreter of a checkout, in which the variables of a file are set.
func open(folder, environment string) (*Interpreter, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	in := &Interpreter{source: Open(folder), tests: map[string][]*Test{}}
	text, err := os.ReadFile(environment)
	if err != nil {
		return nil, err
	}
	return in, json.Unmarshal(text, &in.environment)
}

// extract writes a line for each acceptance test, and for each test function that has none.
func (in *Interpreter) extract(to string) error {
	files := []string{}
	err := filepath.WalkDir(filepath.Join(in.source.folder, "google", "services"), func(at string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(at, "_test.go") {
			files = append(files, at)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(files)
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	defer file.Close()
	writer := bufio.NewWriter(file)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for _, at := range files {
		below, _ := filepath.Rel(in.source.folder, at)
		for _, each := range in.testsOf(filepath.ToSlash(below)) {
			if err := encoder.Encode(each); err != nil {
				return err
			}
		}
	}
	return writer.Flush()
}

// testsOf runs the test functions of a file, once.
func (in *Interpreter) testsOf(file string) []*Test {
	if found, ok := in.tests[file]; ok {
		return found
	}
	found := []*Test{}
	folder := file[:strings.LastIndex(file, "/")]
	packages := in.source.In(folder)
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		for _, test := range packages[name].Tests(file) {
			found = append(found, in.Run(test)...)
		}
	}
	in.tests[file] = found
	return found
}
