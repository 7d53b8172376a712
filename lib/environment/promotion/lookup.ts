import { getBucketObjectContent } from "@pulumi/gcp/storage/getBucketObjectContent";
import type { Environment } from "../environment";

/** What an object holds, or why there is none: in an error that is none of these, what was said. */
export type Found = { content: string } | Missing;
export type Missing = "no object" | "no bucket" | "no permission" | { error: string };

const token = "gcp:storage/getBucketObjectContent:getBucketObjectContent";

/** How a download is refused ("HTTP status and error codes for JSON"), in the words that come through the provider. */
const refusals: [words: RegExp, found: Missing][] = [
    [/The specified bucket does not exist/, "no bucket"],
    [/No such object/, "no object"],
    [/does not have \S+ access|Permission '\S+' denied/, "no permission"],
];

/** Looks for an object, at preview and without changing anything. */
export async function lookUp({ provider }: Environment, bucket: string, name: string): Promise<Found> {
    try {
        const { content = "" } = await getBucketObjectContent({ bucket, name }, { provider });
        return { content };
    } catch (error) {
        // The mocks with which programs are tested lose the words of what they throw.
        const said = (error as Error).message || `no answer: mocks have to give one to the call of ${token}`;
        const [, found] = refusals.find(([words]) => words.test(said)) ?? [];
        return found ?? { error: said.replaceAll(/\s+/g, " ").trim() };
    }
}
