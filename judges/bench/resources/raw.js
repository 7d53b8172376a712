const { Topic } = require("@pulumi/gcp/pubsub/topic");
const { Service } = require("@pulumi/gcp/projects/service");
const { Provider } = require("@pulumi/gcp/provider");

const project = "acme-forecast-dev";
const region = "europe-west1";

exports.create = (count) => {
    const provider = new Provider("dev", { project, region, defaultLabels: { environment: "dev" } });
    const service = new Service(
        "pubsub",
        { project, service: "pubsub.googleapis.com", disableOnDestroy: false },
        { provider },
    );
    for (let n = 0; n < count; n++) {
        const name = `topic-${n}`;
        new Topic(name, { name }, { provider, dependsOn: [service] });
    }
};
