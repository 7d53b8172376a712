import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { safeParse } from "valibot";
import { cloudRunImage, guide, recordImages } from "../../../../lib/internal/arguments/image";
import { startProgram } from "../../engine";

const digest = `@sha256:${"0a".repeat(32)}`;

test.each([
    ["web", true],
    ["web:1", true],
    ["acme/web", true],
    ["docker.io/acme/web", true],
    ["gcr.io/acme/web", true],
    ["eu.gcr.io/acme/web", true],
    ["europe-west1-docker.pkg.dev/acme/apps/web", true],
    ["docker.pkg.dev/acme/apps/web", true],
    ["localhost/web", false],
    ["localhost:5000/web", false],
    ["registry:5000/web", false],
    ["ghcr.io/acme/web", false],
    ["my-gcr.io/acme/web", false],
])("whether Cloud Run pulls %s: %p", (name, isPulled) => {
    const problems = safeParse(cloudRunImage, name + digest).issues?.map(({ message }) => message.split("\n")[0]);
    expect(problems).toEqual(isPulled ? undefined : ["is in a registry from which Cloud Run does not pull"]);
});

test("errors have the title of the guide", () => {
    const read = (...path: string[]) => readFileSync(join(__dirname, "..", "..", "..", "..", "docs", ...path), "utf8");
    const [heading = ""] = read("guides", "from-gcr-io.md").split("\n");
    expect(guide).toBe(`Guide: "${heading.replace("# ", "").replaceAll("`", "")}".`);
    expect(read("equivalents", "words.yaml")).toContain(guide);
});

test("images are recorded once, with all resources that run them, and names are not", async () => {
    const { shop } = await startProgram();
    const runs: unknown[] = [];
    class Image extends pulumi.ComponentResource {
        constructor(readonly tag: string) {
            super("slipway:index:ContainerImage", tag);
        }
        ranBy(...consumers: pulumi.Resource[]) {
            runs.push([this.tag, ...consumers]);
        }
    }
    const [web, proxy] = [new Image("web"), new Image("proxy")];
    recordImages([web, "docker.io/acme/web", undefined, proxy, web], undefined, shop, web);
    expect(runs).toEqual([
        ["web", shop, web],
        ["proxy", shop, web],
    ]);
    recordImages([web], undefined);
    expect(runs).toHaveLength(2);
});
