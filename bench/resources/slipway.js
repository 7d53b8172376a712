const { ServerlessFunction, StorageBucket, PubSubTopic, allow } = require("slipway");

exports.create = {
    topics(count) {
        for (let n = 0; n < count; n++) {
            new PubSubTopic(`topic-${n}`);
        }
    },
    grants(count) {
        const bucket = new StorageBucket("models");
        for (let n = 0; n < count; n++) {
            allow(bucket.reader, `group:team-${n}@acme.com`);
        }
    },
    functions(count) {
        for (let n = 0; n < count; n++) {
            new ServerlessFunction(`fn-${n}`, { source: "./source", trigger: { http: {} } });
        }
    },
};
