import { PubSubTopic, ServerlessFunction } from "slipway";

const sales = new PubSubTopic("sale-range", { retention: "7 days" });

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { SALES: sales.publisher },
});

export const topic = sales.topic.id;
