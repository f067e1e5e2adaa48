// A provider of OpenID Connect for the tests: approves whoever comes, and lies when it is told to.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';

const base64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function makeKey(alg, kid) {
    const pair = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { alg, kid, private: pair.privateKey, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

function body(request) {
    return new Promise((resolve) => {
        let text = '';
        request.on('data', (chunk) => (text += chunk));
        request.on('end', () => resolve(new URLSearchParams(text)));
    });
}

export async function startProvider() {
    const codes = new Map();
    const provider = {
        client: 'ungcuu',
        secret: randomBytes(16).toString('hex'),
        person: { sub: 'nguoi-1', name: 'Người của hệ thống chung', email: 'mau@example.vn', email_verified: true },
        claims: (claims) => claims, // what a test changes in the ID token
        token: (token) => token, // and in its signed form
        header: (header) => header,
        asked: [], // queries of the authorization page
        key: makeKey('RS256', 'mot'),
        rotate(alg) {
            provider.key = makeKey(alg, randomBytes(4).toString('hex'));
        },
        honest() {
            provider.claims = (claims) => claims;
            provider.token = (token) => token;
            provider.header = (header) => header;
        },
    };

    function signed(claims) {
        const { key } = provider;
        const input = `${base64(provider.header({ alg: key.alg, kid: key.kid, typ: 'JWT' }))}.${base64(claims)}`;
        const options = key.alg === 'ES256' ? { key: key.private, dsaEncoding: 'ieee-p1363' } : key.private;
        return provider.token(`${input}.${sign('sha256', Buffer.from(input), options).toString('base64url')}`);
    }

    function answerToken(fields, request) {
        const kept = codes.get(fields.get('code'));
        codes.delete(fields.get('code'));
        const wanted = `Basic ${Buffer.from(`${provider.client}:${provider.secret}`).toString('base64')}`;
        if (request.headers.authorization !== wanted) return [401, { error: 'invalid_client' }];
        const challenge = createHash('sha256').update(fields.get('code_verifier') ?? '').digest('base64url');
        if (!kept || kept.code_challenge !== challenge || kept.redirect_uri !== fields.get('redirect_uri')) {
            return [400, { error: 'invalid_grant' }];
        }
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: provider.url, aud: provider.client, iat: now, exp: now + 300, nonce: kept.nonce, ...provider.person };
        if (kept.max_age !== undefined) claims.auth_time = now;
        return [200, { access_token: 'x', token_type: 'Bearer', id_token: signed(provider.claims(claims)) }];
    }

    const server = createServer(async (request, response) => {
        const url = new URL(request.url, provider.url);
        const json = (status, value) => {
            response.writeHead(status, { 'Content-Type': 'application/json' });
            response.end(JSON.stringify(value));
        };
        if (url.pathname === '/.well-known/openid-configuration') {
            return json(200, {
                issuer: provider.url,
                authorization_endpoint: `${provider.url}/authorize`,
                token_endpoint: `${provider.url}/token`,
                jwks_uri: `${provider.url}/keys`,
                end_session_endpoint: `${provider.url}/logout`,
                authorization_response_iss_parameter_supported: true,
            });
        }
        if (url.pathname === '/keys') return json(200, { keys: [provider.key.jwk] });
        if (url.pathname === '/token') return json(...answerToken(await body(request), request));
        if (url.pathname === '/authorize') {
            const query = Object.fromEntries(url.searchParams);
            const code = randomBytes(16).toString('hex');
            const back = new URL(query.redirect_uri);
            provider.asked.push(query);
            codes.set(code, query);
            for (const [name, value] of [['code', code], ['state', query.state], ['iss', provider.url]]) back.searchParams.set(name, value);
            response.writeHead(302, { Location: back.href });
            return response.end();
        }
        response.writeHead(url.pathname === '/logout' ? 200 : 404, { 'Content-Type': 'text/html' });
        return response.end('<!doctype html><title>x</title><h1>signed out</h1>');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    provider.url = `http://127.0.0.1:${server.address().port}`;
    provider.stop = () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
    return provider;
}
