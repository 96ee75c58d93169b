-- AlterTable
ALTER TABLE "Render" ADD COLUMN     "styleEncoderId" UUID,
ADD COLUMN     "styleEncoderName" TEXT;

-- CreateIndex
CREATE INDEX "Render_styleEncoderId_idx" ON "Render"("styleEncoderId");

-- AddForeignKey
ALTER TABLE "Render" ADD CONSTRAINT "Render_styleEncoderId_fkey" FOREIGN KEY ("styleEncoderId") REFERENCES "Checkpoint"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
