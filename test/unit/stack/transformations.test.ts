import { Topic } from "@pulumi/gcp/pubsub/topic";
import { ComponentResource } from "@pulumi/pulumi";
import { Environment, PubSubTopic } from "slipway";
import { refused, registered } from "../registered";

const without = { root: true, config: { "slipway:otherResources": "false" } };

/** A resource of another library, and a component with a resource of the same name, which slipway refuses. */
function twins(): void {
    const parent = new ComponentResource("acme:index:Sales", "sales");
    new Topic("one", { name: "sales" }, { parent, provider: Environment.current().provider });
    new PubSubTopic("two", { name: "sales" });
}

test("resources of other libraries are left as they are declared if slipway:otherResources is false", async () => {
    expect(await refused(twins, { root: true }, ["Topic one"])).toContain("[stack/name-twice]");
    expect(Object.keys(await registered(twins, without))).toEqual(expect.arrayContaining(["Topic one", "Topic two"]));
});

test("resources of components are not among these", async () => {
    const components = () => {
        new PubSubTopic("one", { name: "sales" });
        new PubSubTopic("two", { name: "sales" });
    };
    const first = Object.keys(await registered(() => new PubSubTopic("one", { name: "sales" }), without));
    expect(await refused(components, without, first)).toContain("[stack/name-twice]");
});

test("the boundary between environments holds for these, too", async () => {
    const environments = JSON.stringify({ dev: "acme-dev", prod: "acme-prod" });
    const config = { ...without.config, "gcp:project": "acme-dev", "slipway:environments": environments };
    const crossing = () =>
        new Topic("sales", { kmsKeyName: "projects/acme-prod/locations/global/keyRings/r/cryptoKeys/k" });
    expect(await refused(crossing, { root: true, config }, [])).toContain("[stack/reference-crosses-environments]");
});
