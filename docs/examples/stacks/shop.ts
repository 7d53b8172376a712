import * as pulumi from "@pulumi/pulumi";
import { CloudRunService, Network, PubSubTopic, StorageBucket } from "slipway";

const image =
    "europe-docker.pkg.dev/acme-images/apps/shop@sha256:0f3b1a6c0f3b1a6c0f3b1a6c0f3b1a6c0f3b1a6c0f3b1a6c0f3b1a6c0f3b1a6c";

export = async () => {
    // What another stack says is read before the preview looks up what exists.
    const owner = new pulumi.StackReference("models", { name: "organization/forecast/models" });
    const read = async (name: string): Promise<string> => (await owner.getOutputDetails(name)).value;
    const others = { project: "acme-models" };
    const models = StorageBucket.existing(await read("bucket"), others);
    const sales = PubSubTopic.existing(await read("topic"), others);

    // The team of the network owns it, and has attached this project to it.
    const network = Network.existing("shared", { project: "acme-net", subnets: { apps: { existing: "apps" } } });

    const shop = new CloudRunService("shop", {
        image,
        network,
        ingress: "internal",
        uses: { MODELS: models.reader, SALES: sales.publisher },
    });
    return { url: shop.url };
};
