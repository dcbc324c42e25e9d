import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page of answers to one action, by the token that asks for it ("" for the first). */
type Pages = Readonly<Record<string, string>>;

export interface CatalogueServer {
  readonly endpoint: string;
  readonly asked: readonly { readonly action: string; readonly parameters: string; readonly authorization: string }[];
  close(): Promise<void>;
}

/**
 * Speaks EC2's query protocol and the JSON of the Pricing API on one port. A page is the body of the answer; `refuse` answers an action
 * with an error instead.
 */
export async function startCatalogueServer(
  pages: Readonly<Record<string, Pages>>,
  refuse: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {},
): Promise<CatalogueServer> {
  const asked: { action: string; parameters: string; authorization: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const target = request.headers['x-amz-target'];
    const query = new URLSearchParams(body);
    const action = typeof target === 'string' ? (target.split('.')[1] ?? '') : (query.get('Action') ?? '');
    asked.push({ action, parameters: body, authorization: request.headers.authorization ?? '' });
    const token = target ? (JSON.parse(body).NextToken ?? '') : (query.get('NextToken') ?? '');
    const refusal = refuse[action];
    if (target) answerJson(response, refusal, pages[action]?.[token] ?? '{}');
    else answerXml(response, action, refusal, pages[action]?.[token] ?? '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

type Refusal = readonly [status: number, code: string, message: string] | undefined;

function answerXml(response: ServerResponse, action: string, refusal: Refusal, xml: string): void {
  response.writeHead(refusal?.[0] ?? 200, { 'content-type': 'text/xml' });
  response.end(
    refusal
      ? `<Response><Errors><Error><Code>${refusal[1]}</Code><Message>${refusal[2]}</Message></Error></Errors><RequestID>r</RequestID></Response>`
      : `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${xml}</${action}Response>`,
  );
}

function answerJson(response: ServerResponse, refusal: Refusal, json: string): void {
  response.writeHead(refusal?.[0] ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(refusal ? JSON.stringify({ __type: refusal[1], message: refusal[2] }) : json);
}

/** A page of GetProducts in the shape of the real one: every entry is a document in a string. */
export function pricePage(prices: readonly (readonly [type: string, usd: string])[], NextToken?: string): string {
  const PriceList = prices.map(([instanceType, USD], index) => {
    const sku = `SKU${index}`;
    const attributes = {
      ...{ instanceType, operatingSystem: 'Linux', tenancy: 'Shared', preInstalledSw: 'NA', capacitystatus: 'Used' },
      ...{ regionCode: 'us-east-1', marketoption: 'OnDemand', servicecode: 'AmazonEC2' },
    };
    const dimension = {
      unit: 'Hrs',
      endRange: 'Inf',
      description: `$${USD} per On Demand Linux ${instanceType} Instance Hour`,
      appliesTo: [],
      rateCode: `${sku}.JRTCKXETXF.6YS6EN2CT7`,
      beginRange: '0',
      pricePerUnit: { USD },
    };
    const term = {
      priceDimensions: { [`${sku}.JRTCKXETXF.6YS6EN2CT7`]: dimension },
      sku,
      effectiveDate: '2026-11-01T00:00:00Z',
      offerTermCode: 'JRTCKXETXF',
      termAttributes: {},
    };
    return JSON.stringify({
      product: { productFamily: 'Compute Instance', attributes, sku },
      serviceCode: 'AmazonEC2',
      terms: { OnDemand: { [`${sku}.JRTCKXETXF`]: term } },
      version: '20261101000000',
      publicationDate: '2026-11-01T00:00:00Z',
    });
  });
  return JSON.stringify({ FormatVersion: 'aws_v1', PriceList, ...(NextToken ? { NextToken } : {}) });
}
