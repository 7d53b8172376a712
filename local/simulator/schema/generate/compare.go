package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Compare lists the differences in these modules, or in all: "-" is only in the first schema, "+" only in the second.
func Compare(before, after *Schema, modules []string) []string {
	differences := []string{}
	compareTypes(&differences, before.Resources, after.Resources, modules)
	compareTypes(&differences, before.Functions, after.Functions, modules)
	return differences
}

func compareTypes(differences *[]string, before, after map[string]*Type, modules []string) {
	for _, token := range keys(before, after) {
		module, _, _ := strings.Cut(strings.TrimPrefix(token, "gcp:"), "/")
		if len(modules) > 0 && !slices.Contains(modules, module) {
			continue
		}
		old, new := before[token], after[token]
		switch {
		case new == nil:
			*differences = append(*differences, "- "+token)
		case old == nil:
			*differences = append(*differences, "+ "+token)
		default:
			if old.Terraform != new.Terraform {
				*differences = append(*differences, fmt.Sprintf("- %s: %s", token, old.Terraform), fmt.Sprintf("+ %s: %s", token, new.Terraform))
			}
			compareProperties(differences, token, old.Properties, new.Properties)
		}
	}
}

func compareProperties(differences *[]string, path string, before, after map[string]*Property) {
	for _, name := range keys(before, after) {
		old, new := before[name], after[name]
		where := path + "." + name
		switch {
		case new == nil:
			*differences = append(*differences, "- "+where)
			continue
		case old == nil:
			*differences = append(*differences, "+ "+where)
			continue
		}
		flags, others := flagsOf(old), flagsOf(new)
		for _, flag := range keys(flags, others) {
			if string(flags[flag]) == string(others[flag]) {
				continue
			}
			if flags[flag] != nil {
				*differences = append(*differences, fmt.Sprintf("- %s: %s %s", where, flag, flags[flag]))
			}
			if others[flag] != nil {
				*differences = append(*differences, fmt.Sprintf("+ %s: %s %s", where, flag, others[flag]))
			}
		}
		compareProperties(differences, where, old.Fields, new.Fields)
	}
}

// flagsOf returns a property without its fields, as JSON.
func flagsOf(property *Property) map[string]json.RawMessage {
	alone := *property
	alone.Fields = nil
	text, _ := json.Marshal(alone)
	flags := map[string]json.RawMessage{}
	_ = json.Unmarshal(text, &flags)
	return flags
}

func keys[V any](a, b map[string]V) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}
