const { Topic } = require("@pulumi/gcp/pubsub/topic");
const { Service } = require("@pulumi/gcp/projects/service");
const { Provider } = require("@pulumi/gcp/provider");
const pulumi = require("@pulumi/pulumi");

const project = "acme-forecast-dev";
const region = "europe-west1";

class BareEnvironment extends pulumi.ComponentResource {
    constructor() {
        super("bare:index:Environment", "dev");
        this.provider = new Provider(
            "dev",
            { project, region, defaultLabels: { environment: "dev" } },
            { parent: this },
        );
        this.registerOutputs({});
    }

    enable(api) {
        const args = { project, service: `${api}.googleapis.com`, disableOnDestroy: false };
        return new Service(api, args, { parent: this, provider: this.provider });
    }
}

class BareTopic extends pulumi.ComponentResource {
    constructor(name, provider, service) {
        super("bare:index:Topic", name, {}, { providers: [provider] });
        this.topic = new Topic(name, { name }, { parent: this, dependsOn: [service], protect: false });
        this.registerOutputs({ topic: this.topic });
    }
}

exports.create = (count) => {
    const environment = new BareEnvironment();
    const service = environment.enable("pubsub");
    for (let n = 0; n < count; n++) {
        new BareTopic(`topic-${n}`, environment.provider, service);
    }
};
