import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import express from 'express';
import multer from 'multer';
import multerS3 from 'multer-s3';
import { BUCKET, PREFIX, s3Access } from '../../subjects/access.ts';
import { TOKEN } from '../token.ts';
import { serve, settings } from './listening.ts';

// What is written by hand today: Express, multer and multer-s3 at their defaults, and a token compared.

const s3 = new S3Client(s3Access(settings().store));
const upload = multer({
  storage: multerS3({
    s3,
    bucket: BUCKET,
    contentType: multerS3.AUTO_CONTENT_TYPE,
    key: (_request, file, done) => done(null, `${PREFIX}/${randomUUID()}/${file.originalname}`),
  }),
});

const app = express();
app.post('/upload', upload.any(), (request, response) => {
  const [file] = request.files as Express.MulterS3.File[];
  if (request.body.auth !== TOKEN || file === undefined) response.json({ result: false });
  else response.json({ result: true, url: file.location });
});
serve(() => app);
