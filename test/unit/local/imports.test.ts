import { toState } from "../../../judges/oracles/acceptance/terraform";
import { types } from "../../../local/simulator/rules/catalogue";
import { providerCode } from "../../../local/simulator/rules/plan/code";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { examples, prepared } from "./examples";

const group = /\(\?P<(\w+)>((?:\[[^\]]*\]|\([^)]*\)|[^()[\]])*)\)/g;

/** Terraform's name of the property of a group, where the provider's code has another one. */
const renamed: Record<string, string> = { appId: "app_id" };

/** The ID of a resource in a format of the provider: `projects/(?P<project>[^/]+)/topics/(?P<name>[^/]+)`. */
function idBy(format: string, attributes: Inputs, id: string): string {
    return format.replace(/^\^|\$$/g, "").replaceAll(group, (_, name: string, pattern: string) => {
        const value = String((name === "id" ? id : attributes[renamed[name] ?? name]) ?? "");
        return pattern.includes("[^/]")
            ? (value
                  .split("/")
                  .at(-1)
                  ?.replace(/^appengine-/, "") as string)
            : value;
    });
}

/** What comes after the resource in the ID of a grant. */
function grantOf(token: string, { role, member, condition }: Inputs): string {
    const words = /I(am|AM)(Member|Binding)$/.test(token) ? [role, member, condition?.title] : [];
    return words.flatMap((word) => (word === undefined ? [] : [` ${word}`])).join("");
}

const cases = Object.entries(providerCode()).flatMap(([token, { import: formats = [] }]) =>
    formats.length > 0 && token in types ? [[token, formats] as const] : [],
);

test("most types have formats of imports", () => {
    expect(cases.length).toBeGreaterThan(180);
});

test.each(cases)("%s is imported by each of the provider's formats, as it was created", (token, formats) => {
    const [news = {}] = examples[token] ?? [];
    const world = prepared(token);
    const { id, state } = world.provider.create(token, world.checked(token, news), false);
    const attributes = { ...toState(token, state), project: state.project ?? world.settings.project };
    const ids = formats.map((format) => idBy(format, attributes, id) + grantOf(token, state));
    const imported = ids.map((each) => [each, world.provider.read(token, each, {})?.id]);
    expect(imported).toEqual(ids.map((each) => [each, id]));
});

const without = Object.entries(providerCode()).flatMap(([token, { withoutImport }]) =>
    withoutImport && token in types ? [token] : [],
);

test("types without an importer are few", () => {
    expect(without).toEqual(
        expect.arrayContaining(["gcp:bigquery/datasetAccess:DatasetAccess", "gcp:workflows/workflow:Workflow"]),
    );
    expect(without.length).toBeLessThan(10);
});

test.each(without)("%s cannot be imported", (token) => {
    const [news = {}] = examples[token] ?? [];
    const world = prepared(token);
    const { id } = world.provider.create(token, world.checked(token, news), false);
    expect(() => world.provider.read(token, id, {})).toThrow(`${token} cannot be imported`);
});

test("an ID that no format of the provider accepts is refused", () => {
    const token = "gcp:pubsub/topic:Topic";
    const [news = {}] = examples[token] ?? [];
    const world = prepared(token);
    const { id } = world.provider.create(token, world.checked(token, news), false);
    expect(() => world.provider.read(token, `${id}/more`, {})).toThrow(
        /^Import id "projects\/\S+\/more" doesn't match any of the accepted formats: \[\^projects\//,
    );
});
