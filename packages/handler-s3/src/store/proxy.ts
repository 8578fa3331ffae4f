import { globalAgent as plainAgent } from 'node:http';
import { globalAgent as secureAgent } from 'node:https';
import { Agent } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

type Asked = Parameters<Agent['connect']>;

/** Goes where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, asked for each request: Node's own agents don't look. */
class EnvironmentAgent extends Agent {
  readonly #through = new Map<string, ReturnType<Agent['connect']>>();

  override connect(request: Asked[0], { secureEndpoint }: Asked[1]): ReturnType<Agent['connect']> {
    const proxy = getProxyForUrl(`${secureEndpoint ? 'https' : 'http'}://${request.getHeader('host')}`);
    if (proxy === '') return secureEndpoint ? secureAgent : plainAgent;
    const name = `${secureEndpoint} ${proxy}`;
    const known = this.#through.get(name);
    if (known !== undefined) return known;
    const made = secureEndpoint
      ? new HttpsProxyAgent(proxy, { keepAlive: true })
      : new HttpProxyAgent(proxy, { keepAlive: true });
    this.#through.set(name, made);
    return made;
  }
}

/** Agents for the SDK's requests, where the environment names a proxy; nothing where it names none. */
export function proxyAgents(): { httpAgent?: Agent; httpsAgent?: Agent } {
  if (!['https', 'http'].some((scheme) => getProxyForUrl(`${scheme}://s3.amazonaws.com`) !== '')) return {};
  const agent = new EnvironmentAgent();
  return { httpAgent: agent, httpsAgent: agent };
}
