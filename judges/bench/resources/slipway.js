const { PubSubTopic } = require("slipway");

exports.create = (count) => {
    for (let n = 0; n < count; n++) {
        new PubSubTopic(`topic-${n}`);
    }
};
