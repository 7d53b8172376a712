import * as pulumi from "@pulumi/pulumi";
import { lateRefusal, worded } from "../internal/refusal";
import { display } from "../internal/value";
import { docker } from "./docker";
import type { TaggedImage } from "./imageArguments";

/** The digest that a tag has in a registry, which is asked once it is there. */
export function lookedUp(
    component: string,
    { registry, image, tag }: TaggedImage,
    options: pulumi.InvokeOptions,
): pulumi.Output<string> {
    const { getRegistryImage } = docker(component);
    // The id is known when there is the repository: before that, a preview has nobody to ask.
    return pulumi.all([registry.url, tag, registry.repository.id]).apply(async ([url, known]) => {
        try {
            return (await getRegistryImage({ name: `${url}/${image}:${known}` }, options)).sha256Digest;
        } catch (error) {
            throw refusal(component, url, known, wordsOf(error));
        }
    });
}

/** What the registry said, without the ways that it came. */
function wordsOf(error: unknown): string {
    const words = (error as Error).message.replaceAll(/\s+/g, " ").trim();
    return words.slice(Math.max(0, words.lastIndexOf("Got error when"))).replace(/\.$/, "");
}

function refusal(component: string, url: string, tag: string, words: string): pulumi.RunError {
    const [host] = url.split("/");
    const mending = `Push the image, and sign in to the registry as 'gcloud auth configure-docker ${host}' does.`;
    const reason = `cannot be looked up (got ${display(tag)}). ${words}. ${mending}`;
    return lateRefusal(worded(`ContainerImage "${component}"`, [{ path: "tag", reason }]));
}
