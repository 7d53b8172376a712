import { Topic } from "@pulumi/gcp/pubsub/topic";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, StorageBucket } from "slipway";
import { registered } from "./registered";

/** The SDK does not handle the errors of all parts of an output, with which the engine ends the program. */
function ignored(output: pulumi.Output<unknown>): void {
    const { promise, isKnown, isSecret, allResources } = output as unknown as Record<string, () => Promise<unknown>>;
    void Promise.allSettled([promise?.(), isKnown, isSecret, allResources?.()]);
}

describe("a program that fails after its synchronous code", () => {
    test("fails with the error of a value that a resource waits for", async () => {
        const program = () => {
            const name = pulumi.output("sales").apply((): string => {
                throw new Error("must not be sales");
            });
            ignored(name);
            // The bucket waits for the topic.
            const topic = new Topic("sales", { name });
            new StorageBucket("sales", { labels: { topic: topic.name } });
        };
        await expect(registered(program)).rejects.toThrow("must not be sales");
    });

    test("fails with the URN that two resources have", async () => {
        const program = () => {
            new PubSubTopic("sales");
            const topic = new PubSubTopic("sales");
            new StorageBucket("sales", { labels: { topic: topic.topic.name } });
        };
        await expect(registered(program)).rejects.toThrow(/^Duplicate resource URN '.*PubSubTopic::sales'/);
    });

    test("does not change what the next program registers", async () => {
        expect(Object.keys(await registered(() => new Topic("sales")))).toEqual(["Topic sales"]);
    });
});
